"""Every error of a download from the hub. `brain.errors` tells how errors carry their texts."""

from brain.errors import SiliconfriendError


class HubError(SiliconfriendError):
    """A model could not be downloaded."""


class HubUnreachable(HubError):
    """The hub does not answer, or breaks off again and again.

    Values: `address`; `cause` and `detail` of why, as `brain.network.failure_values` returns them.
    """

    key = "hub-unreachable"
    retryable = True


class HubRefused(HubError):
    """The hub answers with an error. Values: `address`, `status` (of HTTP)."""

    key = "hub-refused"


class FileNotOnHub(HubError):
    """The hub has no such file. Values: `address`, `file`."""

    key = "hub-no-file"


class FileDiffers(HubError):
    """The hub has another file than the one that is listed here. Values: `address`, `file`."""

    key = "hub-file-differs"


class DownloadDamaged(HubError):
    """What came has another checksum than the hub states; it was removed. Values: `file`."""

    key = "hub-damaged"
    retryable = True


class DownloadRunning(HubError):
    """Another process is downloading the same file. Values: `file`."""

    key = "hub-running"


class DiskFull(HubError):
    """There is too little room. Values: `path`; `needed`, `free`, both in gigabytes (10^9)."""

    key = "hub-disk-full"


class FolderUnusable(HubError):
    """The folder of the models cannot be written. Values: `path`, `reason`."""

    key = "hub-folder"
