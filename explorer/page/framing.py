"""Which other sites may show the app's pages in a frame: those that whoever runs the server names, such as a school's course pages."""

import functools
import logging
import os
import re

from vae.errors import VaeError

SETTING = "LATENT_EXPLORER_FRAME_ANCESTORS"
_HOST = re.compile(r"(https?://)?(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:(\d{1,5}|\*))?", re.ASCII | re.IGNORECASE)


def read(setting: str) -> tuple[str, ...]:
    """The hosts of a setting, with commas or blanks between them, as a Content-Security-Policy names them; VaeError where one is none."""
    hosts = tuple(re.split(r"[\s,]+", setting.strip())) if setting.strip() else ()
    for host in hosts:
        if not _HOST.fullmatch(host):
            raise VaeError(
                f"{SETTING} names {host[:80]!r}, which is no host. Write hosts such as https://moodle.school.org or https://*.school.org, "
                "without a path and with commas between them."
            )
    return hosts


def hosts() -> tuple[str, ...]:
    """The hosts that may frame the app's pages; none but itself where none is set, or where the setting is wrong, which the log then says."""
    return _settled(os.environ.get(SETTING, ""))


@functools.lru_cache(1)
def _settled(setting: str) -> tuple[str, ...]:
    try:
        return read(setting)
    except VaeError as error:
        logging.getLogger("explorer").error("%s Until then no other site may frame the pages.", error)
        return ()
