"""What importing the SDK brings along."""

from __future__ import annotations

import subprocess
import sys


def _says(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()


def test_the_client_comes_without_an_api_that_it_does_not_use() -> None:
    assert _says("import sys, seam_tui.seam_api.client; print('svix.api' in sys.modules)") == "False"


def test_all_that_the_sdk_takes_from_svix_works() -> None:
    checking = "SeamWebhook('whsec_aGVsbG8=').verify('{}', {})"
    program = f"""
import seam_tui.seam_api.client
from seam import SeamWebhook, SeamWebhookVerificationError
try:
    {checking}
except SeamWebhookVerificationError:
    print("refused")
"""
    assert _says(program) == "refused"


def test_who_has_imported_svix_keeps_it() -> None:
    assert _says("import svix, seam_tui.seam_api.client; print(svix.Svix.__name__)") == "Svix"
