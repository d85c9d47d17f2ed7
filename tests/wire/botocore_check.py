# SPDX-FileCopyrightText: The stint authors
# SPDX-License-Identifier: Apache-2.0
"""Lets the real botocore write requests and read responses, for src/aws/botocore_test.cc.

botocore_check.py MODELS CASES: MODELS is our directory of extra models. CASES is a file with a JSON
list of {service, operation, input, response: {status, headers, body}}; the answer on stdout is a
list of {request: {method, target, headers, body}, output}, or of {error}. Bodies and blobs are
base64, times ISO 8601.
"""
import base64
import datetime
import json
import sys
from urllib.parse import urlencode

from botocore.awsrequest import HeadersDict
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.parsers import create_parser
from botocore.serialize import create_serializer


def to_python(shape, value):
    """A value of the case as boto3 takes it."""
    if shape.type_name == "structure" and not shape.is_document_type:
        return {k: to_python(shape.members[k], v) for k, v in value.items()}
    if shape.type_name == "list":
        return [to_python(shape.member, v) for v in value]
    if shape.type_name == "map":
        return {k: to_python(shape.value, v) for k, v in value.items()}
    if shape.type_name == "blob":
        return base64.b64decode(value)
    return value


def to_plain(shape, value):
    """A value of boto3 as the case holds it."""
    if shape.type_name == "structure" and not shape.is_document_type:
        return {k: to_plain(shape.members[k], v) for k, v in value.items()}
    if shape.type_name == "list":
        return [to_plain(shape.member, v) for v in value]
    if shape.type_name == "map":
        return {k: to_plain(shape.value, v) for k, v in value.items()}
    if shape.type_name == "blob":
        raw = value.encode() if isinstance(value, str) else value
        return base64.b64encode(raw).decode()
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value


def write_request(model, operation, value):
    shape = operation.input_shape
    params = to_python(shape, value) if shape else {}
    made = create_serializer(model.protocol, False).serialize_to_request(params, operation)
    target, query, body = made["url_path"], made["query_string"], made["body"]
    if query:
        target += ("&" if "?" in target else "?") + urlencode(query, doseq=True)
    if isinstance(body, dict):
        body = urlencode(body)
    if isinstance(body, str):
        body = body.encode()
    return {
        "method": made["method"],
        "target": target,
        "headers": dict(made["headers"]),
        "body": base64.b64encode(body).decode(),
    }


def read_response(model, operation, response):
    shape = operation.output_shape
    parsed = create_parser(model.protocol).parse(
        {
            "status_code": response["status"],
            "headers": HeadersDict(response["headers"]),
            "body": base64.b64decode(response["body"]),
        },
        shape,
    )
    assert "Error" not in parsed or "Error" in getattr(shape, "members", {}), parsed
    metadata = parsed.pop("ResponseMetadata")
    assert metadata["RequestId"] == "request-1", metadata
    return to_plain(shape, parsed) if shape else {}


def main():
    loader = Loader(extra_search_paths=[sys.argv[1]])
    models = {}
    answers = []
    with open(sys.argv[2], encoding="utf-8") as cases:
        for case in json.load(cases):
            name = case["service"]
            if name not in models:
                models[name] = ServiceModel(loader.load_service_model(name, "service-2"), name)
            operation = models[name].operation_model(case["operation"])
            try:
                answers.append({
                    "request": write_request(models[name], operation, case["input"]),
                    "output": read_response(models[name], operation, case["response"]),
                })
            except Exception as error:  # every case gets an answer, and the test tells which failed
                answers.append({"error": f"{type(error).__name__}: {error}"})
    json.dump(answers, sys.stdout)


main()
