# SPDX-FileCopyrightText: The stint authors
# SPDX-License-Identifier: Apache-2.0
"""Gives botocore, of any age, the endpoint of the cloud that the node belongs to.

Newer releases read AWS_ENDPOINT_URL themselves; those before 1.31 (Debian 12 has 1.29) do not.
Python imports this module at every start, so it does nothing until botocore.session is imported.
"""
import os
import sys

_ENDPOINT = os.environ.get("AWS_ENDPOINT_URL")
_SESSIONS = ("botocore.session", "awscli.botocore.session")


def _patch(module):
    session = module.Session
    plain = session.create_client
    config_module = module.__name__.rpartition(".")[0] + ".config"

    def create_client(self, service_name, *args, **kwargs):
        # create_client(service_name, region_name, api_version, use_ssl, verify, endpoint_url, ...)
        if len(args) < 5 and not kwargs.get("endpoint_url"):
            name = "AWS_ENDPOINT_URL_" + service_name.upper().replace("-", "_")
            kwargs["endpoint_url"] = os.environ.get(name) or _ENDPOINT
        if service_name == "s3" and len(args) < 9:
            # Buckets have no host names of their own here.
            config_class = sys.modules[config_module].Config
            config = kwargs.get("config") or self.get_default_client_config()
            if not (config and config.s3 and config.s3.get("addressing_style")):
                path_style = config_class(s3={"addressing_style": "path"})
                if config and config.s3:
                    path_style = config_class(s3={**config.s3, "addressing_style": "path"})
                kwargs["config"] = config.merge(path_style) if config else path_style
        return plain(self, service_name, *args, **kwargs)

    session.create_client = create_client


class _Loader:
    """The loader of a session module, followed by the patch."""

    def __init__(self, loader):
        self._loader = loader

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module):
        self._loader.exec_module(module)
        _patch(module)

    def __getattr__(self, name):
        return getattr(self._loader, name)


class _Finder:
    """Stands before the usual finders and lets them do the work."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name not in _SESSIONS:
            return None
        for finder in sys.meta_path:
            if finder is _Finder or not hasattr(finder, "find_spec"):
                continue
            spec = finder.find_spec(name, path, target)
            if spec is not None and spec.loader is not None:
                spec.loader = _Loader(spec.loader)
                return spec
        return None


if _ENDPOINT:
    sys.meta_path.insert(0, _Finder)
