"""What an endpoint is: a path, the verbs that it takes, and a function from a call to a JSON body."""

from collections.abc import Callable
from dataclasses import dataclass

from seam_tui.sandbox.errors import code_not_found, device_not_found, not_found
from seam_tui.sandbox.params import Params
from seam_tui.sandbox.records import Account, Code, Device, Json
from seam_tui.sandbox.world import World

READ = frozenset({"GET", "POST"})
CREATE = frozenset({"POST"})
PUT = frozenset({"PUT", "POST"})
UPDATE = frozenset({"PATCH", "POST"})
UPDATE_OR_PUT = frozenset({"PATCH", "POST", "PUT"})
DELETE = frozenset({"DELETE", "POST"})


@dataclass(frozen=True, slots=True)
class Call:
    """One request, as an endpoint sees it."""

    world: World
    params: Params
    base_url: str
    path: str

    @property
    def url(self) -> str:
        """The endpoint's own address."""
        return self.base_url + self.path

    def device(self, *, managed: bool | None = True) -> Device:
        """The lock that the request names by `device_id`."""
        return self.device_by_id(self.params.required_uuid("device_id"), managed=managed)

    def device_by_id(self, device_id: str, *, managed: bool | None = True) -> Device:
        """A lock; refused with 404 if there is none of the wanted kind."""
        device = self.world.devices.get(device_id)
        if device is None or (managed is not None and device.managed != managed):
            raise device_not_found(device_id)
        return device

    def code(self, *, managed: bool | None = True) -> Code:
        """The code that the request names by `access_code_id`."""
        code_id = self.params.required_uuid("access_code_id")
        code = self.world.codes.get(code_id)
        if code is None or (managed is not None and code.managed != managed):
            raise code_not_found(code_id)
        return code

    def account(self) -> Account:
        """The account that the request names by `connected_account_id`."""
        account = self.world.accounts.get(self.params.required_uuid("connected_account_id"))
        if account is None:
            raise not_found("connected_account")
        return account


Handler = Callable[[Call], Json]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint of the simulated API."""

    path: str
    methods: frozenset[str]
    handle: Handler
