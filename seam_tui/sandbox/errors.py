"""The refusals of the simulated API, in its own error envelope."""

from typing import Any


class ApiError(Exception):
    """A refusal that goes back to the caller as an error envelope.

    Args:
        status: HTTP status.
        type_: The API's error type.
        message: What the API says.
        validation_errors: Per field, for `invalid_input`.
        headers: Extra response headers.
    """

    def __init__(
        self,
        status: int,
        type_: str,
        message: str,
        *,
        validation_errors: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.type = type_
        self.message = message
        self.validation_errors = validation_errors
        self.headers = headers or {}

    def envelope(self, request_id: str) -> dict[str, Any]:
        """The JSON body of the refusal."""
        error: dict[str, Any] = {"type": self.type, "message": self.message, "request_id": request_id}
        if self.validation_errors is not None:
            error["validation_errors"] = self.validation_errors
        return {"error": error, "ok": False}


def invalid_input(field: str, problem: str, message: str | None = None) -> ApiError:
    """A 400 that names the field at fault."""
    text = message or f'{problem} for "{field}"'
    return ApiError(400, "invalid_input", text, validation_errors={"_errors": [], field: {"_errors": [problem]}})


def invalid_form(message: str) -> ApiError:
    """A 400 about the request as a whole."""
    return ApiError(400, "invalid_input", message, validation_errors={"_errors": [message]})


def code_not_found(code_id: str | None = None) -> ApiError:
    """A 404 for an access code that is gone or never was."""
    wanted = f' with id "{code_id}"' if code_id else ""
    return ApiError(404, "access_code_not_found", f"Could not find an access code{wanted}")


def device_not_found(device_id: str | None = None) -> ApiError:
    """A 404 for a device."""
    wanted = f' with id "{device_id}"' if device_id else ""
    return ApiError(404, "device_not_found", f"Could not find a device{wanted}")


def not_found(what: str) -> ApiError:
    """A 404 for anything else."""
    return ApiError(404, f"{what}_not_found", f"Could not find the {what.replace('_', ' ')}")
