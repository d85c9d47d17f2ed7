# SPDX-FileCopyrightText: The stint authors
# SPDX-License-Identifier: Apache-2.0
"""S3 as Debian's boto3 sees it: every operation that the embedded cloud has, its errors, denials,
pre-signed URLs, a state file with large objects, and many clients at once."""
import hashlib
import json
import os
import threading
import unittest
import urllib.error
import urllib.request

from harness import Case, Cloud, environment, main, stint

try:
    import boto3
    import botocore.config
    import botocore.exceptions
except ImportError:
    boto3 = None

WORLD = {
    "access_keys": {"test": {"secret": "test", "principal": "root"},
                    "reader": {"secret": "r", "principal": "reader"}},
    "users": {"reader": {"inline": {"p": {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::kept/open/*"}]}}}},
    "buckets": {"kept": {"versioning": "Enabled", "tags": {"team": "red"}, "objects": {
        "open/a": {"text": "new", "tags": {"t": "1"}, "versions": [{"text": "old"}]},
        "closed": {"text": "x"}}}},
    "accounts": {"210987654321": {
        "access_keys": {"foreign": {"secret": "f", "principal": "root"}},
        "regions": {"us-west-2": {"buckets": {"theirs": {}}}}}},
}
KMS_RULE = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]}
BLOCK = {"BlockPublicAcls": True, "IgnorePublicAcls": False, "BlockPublicPolicy": True,
         "RestrictPublicBuckets": False}
MIB = 1 << 20


def clients(cloud):
    def make(service="s3", key="test", secret="test", addressing="path"):
        return boto3.client(
            service, endpoint_url=cloud.endpoint, region_name="us-west-2", aws_access_key_id=key,
            aws_secret_access_key=secret,
            config=botocore.config.Config(retries={"max_attempts": 0}, signature_version="s3v4" if service == "s3" else "v4",
                                          s3={"addressing_style": addressing}))
    return make


@unittest.skipUnless(boto3, "no boto3")
class S3(Case):
    @classmethod
    def setUpClass(cls):
        os.environ.update(environment())

    def setUp(self):
        super().setUp()
        self.cloud = Cloud("--world", self.write("world.json", json.dumps(WORLD)))
        self.client = clients(self.cloud)
        self.s3 = self.client()

    def tearDown(self):
        self.assertEqual(self.cloud.stop(), 0)
        super().tearDown()

    def error(self, call, **arguments):
        with self.assertRaises(botocore.exceptions.ClientError) as raised:
            call(**arguments)
        return raised.exception.response

    def code(self, call, **arguments):
        return self.error(call, **arguments)["Error"]["Code"]

    def bucket(self, name="b"):
        name = f"bucket-{name}"
        self.s3.create_bucket(Bucket=name,
                              CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
        return name

    def test_buckets(self):
        s3, name = self.s3, self.bucket()
        self.assertEqual(s3.get_bucket_location(Bucket=name)["LocationConstraint"], "us-west-2")
        head = s3.head_bucket(Bucket=name)["ResponseMetadata"]["HTTPHeaders"]
        self.assertEqual(head["x-amz-bucket-region"], "us-west-2")
        self.assertIn(name, [one["Name"] for one in s3.list_buckets()["Buckets"]])
        place = {"LocationConstraint": "us-west-2"}
        for bucket, code in ((name, "BucketAlreadyOwnedByYou"), ("theirs", "BucketAlreadyExists"),
                             ("Bad_Name", "InvalidBucketName")):
            self.assertEqual(self.code(s3.create_bucket, Bucket=bucket,
                                       CreateBucketConfiguration=place), code)
        self.assertEqual(self.code(s3.create_bucket, Bucket="elsewhere", CreateBucketConfiguration={
            "LocationConstraint": "eu-west-1"}), "IllegalLocationConstraintException")
        s3.put_object(Bucket=name, Key="k", Body=b"x")
        self.assertEqual(self.code(s3.delete_bucket, Bucket=name), "BucketNotEmpty")
        s3.delete_object(Bucket=name, Key="k")
        s3.delete_bucket(Bucket=name)
        missing = self.error(s3.list_objects_v2, Bucket=name)["Error"]
        self.assertEqual((missing["Code"], missing["BucketName"]), ("NoSuchBucket", name))
        self.assertEqual(self.code(s3.head_bucket, Bucket=name), "404")

    def test_objects(self):
        s3, name = self.s3, self.bucket()
        put = s3.put_object(Bucket=name, Key="dir/a b+c.txt", Body=b"0123456789",
                            ContentType="text/plain", CacheControl="no-cache",
                            ContentDisposition="inline", Metadata={"Who": "me"},
                            Tagging="team=red&n=1")
        self.assertEqual(put["ETag"], '"%s"' % hashlib.md5(b"0123456789").hexdigest())
        got = s3.get_object(Bucket=name, Key="dir/a b+c.txt")
        self.assertEqual(got["Body"].read(), b"0123456789")
        self.assertEqual((got["ContentType"], got["CacheControl"], got["Metadata"], got["TagCount"],
                          got["ServerSideEncryption"]),
                         ("text/plain", "no-cache", {"who": "me"}, 2, "AES256"))
        part = s3.get_object(Bucket=name, Key="dir/a b+c.txt", Range="bytes=2-4")
        self.assertEqual((part["Body"].read(), part["ContentRange"],
                          part["ResponseMetadata"]["HTTPStatusCode"]),
                         (b"234", "bytes 2-4/10", 206))
        self.assertEqual(s3.head_object(Bucket=name, Key="dir/a b+c.txt")["ContentLength"], 10)
        wrong = self.error(s3.get_object, Bucket=name, Key="dir/a b+c.txt", Range="bytes=99-")
        self.assertEqual((wrong["Error"]["Code"], wrong["Error"]["ActualObjectSize"],
                          wrong["ResponseMetadata"]["HTTPStatusCode"]), ("InvalidRange", "10", 416))
        missing = self.error(s3.get_object, Bucket=name, Key="none")["Error"]
        self.assertEqual((missing["Code"], missing["Key"]), ("NoSuchKey", "none"))
        etag = put["ETag"]
        for arguments, code in (({"IfMatch": '"x"'}, "PreconditionFailed"),
                                ({"IfNoneMatch": etag}, "304"),
                                ({"IfModifiedSince": got["LastModified"]}, "304"),
                                ({"VersionId": "nonsense"}, "InvalidArgument")):
            self.assertEqual(self.code(s3.get_object, Bucket=name, Key="dir/a b+c.txt", **arguments),
                             code)
        self.assertEqual(self.code(s3.head_object, Bucket=name, Key="none"), "404")
        copied = s3.copy_object(Bucket=name, Key="copy", CopySource={
            "Bucket": name, "Key": "dir/a b+c.txt"}, CopySourceIfMatch=etag)
        self.assertEqual(copied["CopyObjectResult"]["ETag"], etag)
        self.assertEqual(s3.get_object(Bucket=name, Key="copy")["Metadata"], {"who": "me"})
        self.assertEqual(self.code(s3.copy_object, Bucket=name, Key="copy", CopySource={
            "Bucket": name, "Key": "copy"}), "InvalidRequest")
        s3.copy_object(Bucket=name, Key="copy", CopySource={"Bucket": name, "Key": "copy"},
                       MetadataDirective="REPLACE", Metadata={"new": "1"})
        self.assertEqual(s3.head_object(Bucket=name, Key="copy")["Metadata"], {"new": "1"})
        self.assertEqual(self.code(s3.copy_object, Bucket=name, Key="x", CopySource={
            "Bucket": name, "Key": "none"}), "NoSuchKey")
        many = s3.delete_objects(Bucket=name, Delete={"Objects": [{"Key": "copy"}, {"Key": "none"}]})
        self.assertEqual(len(many["Deleted"]), 2)
        summed = s3.put_object(Bucket=name, Key="sum", Body=b"x", ChecksumAlgorithm="SHA256")
        head = s3.head_object(Bucket=name, Key="sum", ChecksumMode="ENABLED")
        self.assertEqual(head["ChecksumSHA256"], summed["ChecksumSHA256"])
        self.assertEqual(self.code(s3.put_object, Bucket=name, Key="sum", Body=b"x",
                                   ChecksumCRC32="AAAAAA=="), "BadDigest")
        attributes = s3.get_object_attributes(Bucket=name, Key="sum",
                                              ObjectAttributes=["ETag", "ObjectSize", "Checksum"])
        self.assertEqual(attributes["ObjectSize"], 1)

    def test_listing(self):
        s3, name = self.s3, self.bucket()
        keys = ["a", "b/1", "b/2", "c&d", "e f", "z"]
        for key in keys:
            s3.put_object(Bucket=name, Key=key, Body=b"")
        pages = s3.get_paginator("list_objects_v2").paginate(
            Bucket=name, PaginationConfig={"PageSize": 2})
        self.assertEqual([one["Key"] for page in pages for one in page["Contents"]], keys)
        grouped = s3.list_objects_v2(Bucket=name, Delimiter="/", StartAfter="a")
        self.assertEqual(([one["Key"] for one in grouped["Contents"]],
                          [one["Prefix"] for one in grouped["CommonPrefixes"]]),
                         (["c&d", "e f", "z"], ["b/"]))
        old = s3.list_objects(Bucket=name, Prefix="b/", MaxKeys=1, Delimiter="/")
        self.assertEqual((old["Contents"][0]["Key"], old["NextMarker"]), ("b/1", "b/1"))
        self.assertEqual([one["Key"] for one in
                          s3.list_objects(Bucket=name, Marker="e f")["Contents"]], ["z"])

    def test_versions(self):
        s3, name = self.s3, self.bucket()
        self.assertNotIn("Status", s3.get_bucket_versioning(Bucket=name))
        s3.put_object(Bucket=name, Key="k", Body=b"before")
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        self.assertEqual(s3.get_bucket_versioning(Bucket=name)["Status"], "Enabled")
        one = s3.put_object(Bucket=name, Key="k", Body=b"one")["VersionId"]
        marker = s3.delete_object(Bucket=name, Key="k")
        self.assertTrue(marker["DeleteMarker"])
        self.assertEqual(self.code(s3.get_object, Bucket=name, Key="k"), "NoSuchKey")
        by_id = self.error(s3.get_object, Bucket=name, Key="k", VersionId=marker["VersionId"])
        self.assertEqual((by_id["Error"]["Code"],
                          by_id["ResponseMetadata"]["HTTPHeaders"]["x-amz-delete-marker"]),
                         ("MethodNotAllowed", "true"))
        for version, body in ((one, b"one"), ("null", b"before")):
            self.assertEqual(s3.get_object(Bucket=name, Key="k", VersionId=version)["Body"].read(),
                             body)
        listed = s3.list_object_versions(Bucket=name)
        self.assertEqual([row["VersionId"] for row in listed["Versions"]], [one, "null"])
        self.assertEqual([row["IsLatest"] for row in listed["DeleteMarkers"]], [True])
        s3.delete_object(Bucket=name, Key="k", VersionId=marker["VersionId"])
        self.assertEqual(s3.get_object(Bucket=name, Key="k")["Body"].read(), b"one")
        s3.copy_object(Bucket=name, Key="k", CopySource={"Bucket": name, "Key": "k",
                                                         "VersionId": "null"})
        self.assertEqual(s3.get_object(Bucket=name, Key="k")["Body"].read(), b"before")
        self.assertEqual(self.code(s3.get_object, Bucket=name, Key="k", VersionId="0" * 32),
                         "NoSuchVersion")
        rows = s3.list_object_versions(Bucket=name)
        s3.delete_objects(Bucket=name, Delete={"Objects": [
            {"Key": row["Key"], "VersionId": row["VersionId"]}
            for row in rows["Versions"] + rows.get("DeleteMarkers", [])]})
        s3.delete_bucket(Bucket=name)

    def test_multipart(self):
        s3, name = self.s3, self.bucket()
        big, end = os.urandom(5 * MIB), b"end"
        upload = s3.create_multipart_upload(Bucket=name, Key="m", ContentType="text/x")["UploadId"]
        own = {"Bucket": name, "Key": "m", "UploadId": upload}
        one = s3.upload_part(PartNumber=1, Body=big, **own)["ETag"]
        two = s3.upload_part(PartNumber=2, Body=end, **own)["ETag"]
        self.assertEqual([part["Size"] for part in s3.list_parts(**own)["Parts"]], [5 * MIB, 3])
        self.assertEqual(s3.list_multipart_uploads(Bucket=name)["Uploads"][0]["UploadId"], upload)
        for parts, code in (([(2, two), (1, one)], "InvalidPartOrder"), ([(1, two)], "InvalidPart"),
                            ([(2, two), (3, two)], "InvalidPart")):
            self.assertEqual(self.code(s3.complete_multipart_upload, MultipartUpload={"Parts": [
                {"PartNumber": number, "ETag": etag} for number, etag in parts]}, **own), code)
        done = s3.complete_multipart_upload(MultipartUpload={"Parts": [
            {"PartNumber": 1, "ETag": one}, {"PartNumber": 2, "ETag": two}]}, **own)
        digest = hashlib.md5(hashlib.md5(big).digest() + hashlib.md5(end).digest()).hexdigest()
        self.assertEqual(done["ETag"], f'"{digest}-2"')
        self.assertEqual(s3.get_object(Bucket=name, Key="m")["Body"].read(), big + end)
        self.assertEqual(self.code(s3.list_parts, **own), "NoSuchUpload")
        copy = s3.create_multipart_upload(Bucket=name, Key="c")["UploadId"]
        own = {"Bucket": name, "Key": "c", "UploadId": copy}
        source = {"Bucket": name, "Key": "m"}
        etag = s3.upload_part_copy(PartNumber=1, CopySource=source, CopySourceRange="bytes=0-9",
                                   **own)["CopyPartResult"]["ETag"]
        small = s3.upload_part(PartNumber=2, Body=b"x", **own)["ETag"]
        self.assertEqual(self.code(s3.complete_multipart_upload, MultipartUpload={"Parts": [
            {"PartNumber": 1, "ETag": etag}, {"PartNumber": 2, "ETag": small}]}, **own),
            "EntityTooSmall")
        s3.abort_multipart_upload(**own)
        self.assertNotIn("Uploads", s3.list_multipart_uploads(Bucket=name))
        path = self.folder / "file"
        path.write_bytes(os.urandom(9 * MIB))
        s3.upload_file(str(path), name, "file")
        self.assertTrue(s3.head_object(Bucket=name, Key="file")["ETag"].endswith('-2"'))
        s3.download_file(name, "file", str(self.folder / "back"))
        self.assertEqual((self.folder / "back").read_bytes(), path.read_bytes())

    def test_settings(self):
        s3, name = self.s3, self.bucket()
        rule = {"AllowedMethods": ["GET"], "AllowedOrigins": ["https://app.example.org"]}
        cases = [
            ("bucket_cors", {"CORSConfiguration": {"CORSRules": [rule]}}, "CORSRules",
             "NoSuchCORSConfiguration", "bucket_cors"),
            ("bucket_lifecycle_configuration", {"LifecycleConfiguration": {"Rules": [
                {"ID": "r", "Status": "Enabled", "Filter": {"Prefix": "t/"},
                 "Expiration": {"Days": 1}}]}}, "Rules", "NoSuchLifecycleConfiguration",
             "bucket_lifecycle"),
            ("bucket_website", {"WebsiteConfiguration": {"IndexDocument": {"Suffix": "i.html"}}},
             "IndexDocument", "NoSuchWebsiteConfiguration", "bucket_website"),
            ("bucket_tagging", {"Tagging": {"TagSet": [{"Key": "a", "Value": "1"}]}}, "TagSet",
             "NoSuchTagSet", "bucket_tagging"),
            ("bucket_ownership_controls", {"OwnershipControls": {"Rules": [
                {"ObjectOwnership": "ObjectWriter"}]}}, "OwnershipControls",
             "OwnershipControlsNotFoundError", "bucket_ownership_controls"),
            ("public_access_block", {"PublicAccessBlockConfiguration": BLOCK},
             "PublicAccessBlockConfiguration", "NoSuchPublicAccessBlockConfiguration",
             "public_access_block"),
            ("bucket_encryption", {"ServerSideEncryptionConfiguration": KMS_RULE},
             "ServerSideEncryptionConfiguration", None, "bucket_encryption"),
            ("bucket_logging", {"BucketLoggingStatus": {"LoggingEnabled": {
                "TargetBucket": name, "TargetPrefix": "l/"}}}, "LoggingEnabled", None, None),
            ("bucket_request_payment", {"RequestPaymentConfiguration": {"Payer": "Requester"}},
             "Payer", None, None),
            ("bucket_accelerate_configuration", {"AccelerateConfiguration": {"Status": "Enabled"}},
             "Status", None, None),
            ("bucket_notification_configuration", {"NotificationConfiguration": {
                "EventBridgeConfiguration": {}}}, "EventBridgeConfiguration", None, None),
        ]
        for what, given, member, missing, delete in cases:
            with self.subTest(what):
                getattr(s3, f"put_{what}")(Bucket=name, **given)
                got = getattr(s3, f"get_{what}")(Bucket=name)
                sent = next(iter(given.values()))
                self.assertEqual(got[member], sent.get(member, sent))
                if delete:
                    getattr(s3, f"delete_{delete}")(Bucket=name)
                if missing:
                    self.assertEqual(self.code(getattr(s3, f"get_{what}"), Bucket=name), missing)
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        s3.put_bucket_replication(Bucket=name, ReplicationConfiguration={
            "Role": "arn:aws:iam::123456789012:role/r", "Rules": [
                {"Status": "Enabled", "Prefix": "", "Destination": {"Bucket": "arn:aws:s3:::x"}}]})
        self.assertIn("Role", s3.get_bucket_replication(Bucket=name)["ReplicationConfiguration"])
        s3.delete_bucket_replication(Bucket=name)
        s3.put_object(Bucket=name, Key="k", Body=b"")
        tags = {"TagSet": [{"Key": "a", "Value": "1"}]}
        s3.put_object_tagging(Bucket=name, Key="k", Tagging=tags)
        self.assertEqual(s3.get_object_tagging(Bucket=name, Key="k")["TagSet"], tags["TagSet"])
        s3.delete_object_tagging(Bucket=name, Key="k")
        self.assertEqual(s3.get_object_tagging(Bucket=name, Key="k")["TagSet"], [])

    def test_acls(self):
        s3, name = self.s3, self.bucket()
        s3.put_object(Bucket=name, Key="k", Body=b"x")
        self.assertEqual(self.code(s3.put_object, Bucket=name, Key="k", ACL="public-read"),
                         "AccessControlListNotSupported")
        self.assertEqual(self.code(s3.put_bucket_acl, Bucket=name, ACL="public-read"),
                         "AccessControlListNotSupported")
        s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls={"Rules": [
            {"ObjectOwnership": "BucketOwnerPreferred"}]})
        self.assertEqual(self.code(s3.put_object_acl, Bucket=name, Key="k", ACL="public-read"),
                         "AccessDenied")
        s3.delete_public_access_block(Bucket=name)
        s3.put_object_acl(Bucket=name, Key="k", ACL="public-read")
        grants = s3.get_object_acl(Bucket=name, Key="k")["Grants"]
        self.assertEqual([one["Permission"] for one in grants], ["FULL_CONTROL", "READ"])
        self.assertTrue(grants[1]["Grantee"]["URI"].endswith("AllUsers"))
        self.assertEqual(urllib.request.urlopen(f"{self.cloud.endpoint}/{name}/k").read(), b"x")
        s3.put_bucket_acl(Bucket=name, ACL="private")
        self.assertEqual(len(s3.get_bucket_acl(Bucket=name)["Grants"]), 1)

    def test_policies(self):
        s3, name = self.s3, self.bucket()
        s3.put_object(Bucket=name, Key="k", Body=b"x")
        reader, foreign = self.client("s3", "reader", "r"), self.client("s3", "foreign", "f")
        self.assertEqual(self.code(reader.get_object, Bucket=name, Key="k"), "AccessDenied")
        self.assertEqual(self.error(foreign.get_object, Bucket=name, Key="k")["Error"]["Message"],
                         "Access Denied")

        def allow(principal, action, resource, **condition):
            statement = {"Effect": "Allow", "Principal": principal, "Action": action,
                         "Resource": f"arn:aws:s3:::{name}{resource}"}
            if condition:
                statement["Condition"] = condition
            return json.dumps({"Version": "2012-10-17", "Statement": [statement]})

        own = {"AWS": "arn:aws:iam::123456789012:user/reader"}
        s3.put_bucket_policy(Bucket=name, Policy=allow(own, "s3:GetObject", "/*"))
        self.assertEqual(reader.get_object(Bucket=name, Key="k")["Body"].read(), b"x")
        self.assertFalse(s3.get_bucket_policy_status(Bucket=name)["PolicyStatus"]["IsPublic"])
        s3.put_bucket_policy(Bucket=name, Policy=allow({"AWS": "210987654321"}, "s3:GetObject", "/*"))
        self.assertEqual(foreign.get_object(Bucket=name, Key="k")["Body"].read(), b"x")
        s3.put_bucket_policy(Bucket=name, Policy=allow(own, "s3:ListBucket", "", StringLike={
            "s3:prefix": "k*"}))
        self.assertEqual(reader.list_objects_v2(Bucket=name, Prefix="k")["KeyCount"], 1)
        self.assertEqual(self.code(reader.list_objects_v2, Bucket=name), "AccessDenied")
        s3.put_bucket_policy(Bucket=name, Policy=allow(own, "s3:GetObject", "/*", Bool={
            "aws:SecureTransport": "true"}))
        self.assertEqual(self.code(reader.get_object, Bucket=name, Key="k"), "AccessDenied")
        everybody = allow("*", "s3:GetObject", "/*")
        self.assertEqual(self.code(s3.put_bucket_policy, Bucket=name, Policy=everybody),
                         "AccessDenied")
        s3.delete_public_access_block(Bucket=name)
        s3.put_bucket_policy(Bucket=name, Policy=everybody)
        self.assertTrue(s3.get_bucket_policy_status(Bucket=name)["PolicyStatus"]["IsPublic"])
        self.assertEqual(urllib.request.urlopen(f"{self.cloud.endpoint}/{name}/k").read(), b"x")
        self.assertEqual(json.loads(s3.get_bucket_policy(Bucket=name)["Policy"]),
                         json.loads(everybody))
        s3.delete_bucket_policy(Bucket=name)
        self.assertEqual(self.code(s3.get_bucket_policy, Bucket=name), "NoSuchBucketPolicy")
        with self.assertRaises(urllib.error.HTTPError):
            urllib.request.urlopen(f"{self.cloud.endpoint}/{name}/k")
        self.assertEqual(self.code(s3.put_bucket_policy, Bucket=name, Policy="no json"),
                         "MalformedPolicy")

    def test_encryption(self):
        s3, kms, name = self.s3, self.client("kms"), self.bucket()
        key = kms.create_key()["KeyMetadata"]["Arn"]
        put = s3.put_object(Bucket=name, Key="k", Body=b"x", ServerSideEncryption="aws:kms",
                            SSEKMSKeyId=key)
        self.assertEqual((put["ServerSideEncryption"], put["SSEKMSKeyId"]), ("aws:kms", key))
        self.assertEqual(s3.head_object(Bucket=name, Key="k")["SSEKMSKeyId"], key)
        s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration=KMS_RULE)
        managed = s3.put_object(Bucket=name, Key="m", Body=b"x")["SSEKMSKeyId"]
        self.assertEqual(kms.describe_key(KeyId="alias/aws/s3")["KeyMetadata"]["Arn"], managed)
        kms.disable_key(KeyId=key)
        self.assertEqual(self.code(s3.get_object, Bucket=name, Key="k"), "KMS.DisabledException")

    def test_presigned_urls(self):
        s3, name = self.s3, self.bucket()
        url = s3.generate_presigned_url("put_object", Params={"Bucket": name, "Key": "p"},
                                        ExpiresIn=60)
        urllib.request.urlopen(urllib.request.Request(url, data=b"by url", method="PUT"))
        url = s3.generate_presigned_url("get_object", Params={"Bucket": name, "Key": "p"},
                                        ExpiresIn=60)
        self.assertEqual(urllib.request.urlopen(url).read(), b"by url")
        with self.assertRaises(urllib.error.HTTPError) as raised:
            urllib.request.urlopen(url.replace("/p?", "/q?"))
        self.assertEqual(raised.exception.code, 403)
        with self.assertRaises(urllib.error.HTTPError) as raised:
            urllib.request.urlopen(urllib.request.Request(url, data=b"x", method="PUT"))
        self.assertEqual(raised.exception.code, 403)

    def test_virtual_hosts_and_web_pages(self):
        s3, name = self.s3, self.bucket()
        s3.put_object(Bucket=name, Key="k", Body=b"x")
        s3.delete_public_access_block(Bucket=name)
        s3.put_bucket_policy(Bucket=name, Policy=json.dumps({
            "Version": "2012-10-17", "Statement": [{
                "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
                "Resource": f"arn:aws:s3:::{name}/*"}]}))
        s3.put_bucket_cors(Bucket=name, CORSConfiguration={"CORSRules": [
            {"AllowedMethods": ["GET"], "AllowedOrigins": ["https://app.example.org"]}]})

        def ask(path, method="GET", **headers):
            request = urllib.request.Request(self.cloud.endpoint + path, method=method, headers={
                name.replace("_", "-"): value for name, value in headers.items()})
            try:
                return urllib.request.urlopen(request)
            except urllib.error.HTTPError as error:
                return error
        for host in (f"{name}.s3.localhost", f"{name}.s3.us-west-2.amazonaws.com"):
            self.assertEqual(ask("/k", Host=host).read(), b"x", host)
        self.assertEqual(ask("/k", Host="evil.example.org").status, 403)
        page = ask(f"/{name}/k", Origin="https://app.example.org")
        self.assertEqual((page.status, page.headers["Access-Control-Allow-Origin"]),
                         (200, "https://app.example.org"))
        self.assertEqual(ask(f"/{name}/k", Origin="https://evil.example.org").status, 403)
        preflight = ask(f"/{name}/k", "OPTIONS", Origin="https://app.example.org",
                        Access_Control_Request_Method="GET")
        self.assertEqual((preflight.status, preflight.headers["Access-Control-Allow-Methods"]),
                         (200, "GET"))
        self.assertEqual(ask(f"/{name}/k", "OPTIONS", Origin="https://app.example.org",
                             Access_Control_Request_Method="PUT").status, 403)

    def test_worlds_have_versions_and_tags(self):
        s3 = self.s3
        versions = s3.list_object_versions(Bucket="kept", Prefix="open/")["Versions"]
        self.assertEqual([s3.get_object(Bucket="kept", Key="open/a", VersionId=row["VersionId"])
                          ["Body"].read() for row in versions], [b"new", b"old"])
        self.assertEqual(s3.get_bucket_tagging(Bucket="kept")["TagSet"],
                         [{"Key": "team", "Value": "red"}])
        reader = self.client("s3", "reader", "r")
        self.assertEqual(reader.get_object(Bucket="kept", Key="open/a")["Body"].read(), b"new")
        self.assertEqual(self.code(reader.get_object, Bucket="kept", Key="open/a",
                                   VersionId=versions[1]["VersionId"]), "AccessDenied")
        self.assertEqual(self.code(reader.put_object, Bucket="kept", Key="open/a"), "AccessDenied")

    def test_unknown_operations_are_not_implemented(self):
        self.assertEqual(self.code(self.s3.put_object_legal_hold, Bucket="kept", Key="closed",
                                   LegalHold={"Status": "ON"}), "NotImplemented")

    def test_sixteen_clients_at_once(self):
        name, failures = self.bucket("many"), []

        def work(number):
            try:
                s3 = self.client()
                for turn in range(12):
                    own, body = f"own/{number}/{turn}", f"{number}:{turn}".encode() * 50
                    s3.put_object(Bucket=name, Key=own, Body=body)
                    if s3.get_object(Bucket=name, Key=own)["Body"].read() != body:
                        failures.append(f"{own} was changed")
                    s3.put_object(Bucket=name, Key="shared", Body=body)
                    shared = s3.get_object(Bucket=name, Key="shared")
                    read = shared["Body"].read()
                    if '"%s"' % hashlib.md5(read).hexdigest() != shared["ETag"]:
                        failures.append("a shared object was torn")
                listed = s3.list_objects_v2(Bucket=name, Prefix=f"own/{number}/")
                if listed["KeyCount"] != 12:
                    failures.append(f"{number} sees {listed['KeyCount']} of its 12 objects")
            except Exception as error:  # noqa: BLE001: whatever it is, the test fails by it
                failures.append(repr(error))
        threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])


@unittest.skipUnless(boto3, "no boto3")
class State(Case):
    def test_large_objects_lie_beside_the_state_file(self):
        os.environ.update(environment())
        state, objects = self.folder / "state", self.folder / "state.objects"
        large, world = os.urandom(300_000), self.write("world.json", json.dumps(WORLD))

        def files():
            return [path for path in objects.rglob("*") if path.is_file()]
        with Cloud("--state", state, "--world", world) as cloud:
            s3 = clients(cloud)()
            s3.put_object(Bucket="kept", Key="large", Body=large)
            s3.put_object(Bucket="kept", Key="small", Body=b"small")
            first = s3.get_object(Bucket="kept", Key="large")["VersionId"]
            s3.put_object(Bucket="kept", Key="large", Body=large[::-1])
            s3.copy_object(Bucket="kept", Key="copy",
                           CopySource={"Bucket": "kept", "Key": "large", "VersionId": first})
            self.assertEqual(len(files()), 2)
            self.assertEqual([hashlib.sha256(path.read_bytes()).hexdigest() for path in files()],
                             [path.name for path in files()])
        self.assertLess(state.stat().st_size, 290_000)
        with Cloud("--state", state) as cloud:
            s3 = clients(cloud)()
            self.assertEqual(s3.get_object(Bucket="kept", Key="copy")["Body"].read(), large)
            self.assertEqual(s3.get_object(Bucket="kept", Key="large", Range="bytes=5-9")
                             ["Body"].read(), large[::-1][5:10])
            s3.delete_object(Bucket="kept", Key="copy",
                             VersionId=s3.head_object(Bucket="kept", Key="copy")["VersionId"])
            s3.delete_object(Bucket="kept", Key="large", VersionId=first)
        with Cloud("--state", state) as cloud:
            self.assertEqual(len(files()), 1, "what nothing names goes when the state is opened")
            self.assertEqual(clients(cloud)().get_object(Bucket="kept", Key="large")["Body"].read(),
                             large[::-1])
        dump = stint("world", "dump", "--state", state)
        self.assertEqual(dump.returncode, 0, dump.stderr)
        again = stint("world", "dump", "--world", self.write("dump.yaml", dump.stdout))
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertEqual(again.stdout, dump.stdout)


if __name__ == "__main__":
    main(covers=["s3"])
