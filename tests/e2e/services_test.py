# SPDX-FileCopyrightText: The stint authors
# SPDX-License-Identifier: Apache-2.0
"""KMS, SQS, SNS and CloudWatch Logs as Debian's boto3 sees them, and SQS in JSON as newer clients
speak it: each operation, its denials, and a restart."""
import base64
import http.server
import json
import os
import queue
import threading
import time
import unittest
import urllib.error
import urllib.request

from harness import Case, Cloud, environment, main, stint

try:
    import boto3
    import botocore.auth
    import botocore.awsrequest
    import botocore.config
    import botocore.credentials
    import botocore.exceptions
except ImportError:
    boto3 = None

WORLD = {"access_keys": {"test": {"secret": "test", "principal": "root"},
                         "nobody": {"secret": "n", "principal": "nobody"}},
         "users": {"nobody": {}}}
USER = "arn:aws:iam::123456789012:user/nobody"


class Services(Case):
    def setUp(self):
        if not boto3:
            self.skipTest("no boto3")
        super().setUp()
        os.environ.update(environment())
        self.state = self.folder / "state"
        self.cloud = Cloud("--state", self.state, "--world",
                           self.write("world.json", json.dumps(WORLD)))

    def tearDown(self):
        self.assertEqual(self.cloud.stop(), 0)
        super().tearDown()

    def restart(self):
        self.assertEqual(self.cloud.stop(), 0)
        self.cloud = Cloud("--state", self.state)

    def client(self, service, key="test", secret="test"):
        return boto3.client(service, endpoint_url=self.cloud.endpoint, region_name="us-west-2",
                            aws_access_key_id=key, aws_secret_access_key=secret,
                            config=botocore.config.Config(retries={"max_attempts": 0}))

    def error(self, call, **arguments):
        with self.assertRaises(botocore.exceptions.ClientError) as raised:
            call(**arguments)
        return raised.exception.response["Error"]

    def code(self, call, **arguments):
        return self.error(call, **arguments)["Code"]

    def denied(self, service, operation, code="AccessDeniedException", **arguments):
        self.assertEqual(self.code(getattr(self.client(service, "nobody", "n"), operation),
                                   **arguments), code, operation)


class Kms(Services):
    def test_keys_and_aliases(self):
        kms = self.client("kms")
        key = kms.create_key(Description="d", Tags=[{"TagKey": "a", "TagValue": "1"}])["KeyMetadata"]
        self.assertEqual((key["KeyState"], key["Description"], key["KeyManager"]),
                         ("Enabled", "d", "CUSTOMER"))
        own = {"KeyId": key["KeyId"]}
        self.assertEqual([one["KeyArn"] for one in kms.list_keys()["Keys"]], [key["Arn"]])
        kms.create_alias(AliasName="alias/mine", TargetKeyId=key["KeyId"])
        self.assertEqual(kms.describe_key(KeyId="alias/mine")["KeyMetadata"]["Arn"], key["Arn"])
        self.assertEqual(self.code(kms.create_alias, AliasName="alias/mine", TargetKeyId=key["KeyId"]),
                         "AlreadyExistsException")
        other = kms.create_key()["KeyMetadata"]
        kms.update_alias(AliasName="alias/mine", TargetKeyId=other["KeyId"])
        self.assertEqual(kms.list_aliases()["Aliases"][0]["TargetKeyId"], other["KeyId"])
        kms.delete_alias(AliasName="alias/mine")
        self.assertEqual(self.code(kms.describe_key, KeyId="alias/mine"), "NotFoundException")
        self.assertEqual(self.code(kms.describe_key, KeyId="0" * 8), "NotFoundException")
        kms.disable_key(**own)
        self.assertEqual(self.code(kms.encrypt, Plaintext=b"x", **own), "DisabledException")
        kms.enable_key(**own)
        kms.update_key_description(Description="new", **own)
        kms.enable_key_rotation(**own)
        self.assertTrue(kms.get_key_rotation_status(**own)["KeyRotationEnabled"])
        kms.disable_key_rotation(**own)
        kms.tag_resource(Tags=[{"TagKey": "b", "TagValue": "2"}], **own)
        kms.untag_resource(TagKeys=["a"], **own)
        self.assertEqual(kms.list_resource_tags(**own)["Tags"], [{"TagKey": "b", "TagValue": "2"}])
        self.assertEqual(kms.list_key_policies(**own)["PolicyNames"], ["default"])
        kms.schedule_key_deletion(PendingWindowInDays=7, **own)
        self.assertEqual(self.code(kms.encrypt, Plaintext=b"x", **own), "KMSInvalidStateException")
        kms.cancel_key_deletion(**own)
        self.assertEqual(kms.describe_key(**own)["KeyMetadata"]["KeyState"], "Disabled")

    def test_encryption_survives_a_restart(self):
        kms = self.client("kms")
        key = kms.create_key()["KeyMetadata"]["Arn"]
        context = {"app": "a"}
        blob = kms.encrypt(KeyId=key, Plaintext=b"secret", EncryptionContext=context)["CiphertextBlob"]
        data = kms.generate_data_key(KeyId=key, KeySpec="AES_256")
        self.assertEqual(len(data["Plaintext"]), 32)
        self.assertNotIn("Plaintext", kms.generate_data_key_without_plaintext(KeyId=key))
        self.assertEqual(len(kms.generate_random(NumberOfBytes=8)["Plaintext"]), 8)
        self.restart()
        kms = self.client("kms")
        self.assertEqual(kms.decrypt(CiphertextBlob=blob, EncryptionContext=context)["Plaintext"],
                         b"secret")
        self.assertEqual(kms.decrypt(CiphertextBlob=data["CiphertextBlob"])["Plaintext"],
                         data["Plaintext"])
        self.assertEqual(self.code(kms.decrypt, CiphertextBlob=blob), "InvalidCiphertextException")
        other = kms.create_key()["KeyMetadata"]["Arn"]
        self.assertEqual(self.code(kms.decrypt, CiphertextBlob=blob, EncryptionContext=context,
                                   KeyId=other), "IncorrectKeyException")
        moved = kms.re_encrypt(CiphertextBlob=blob, SourceEncryptionContext=context,
                               DestinationKeyId=other)
        self.assertEqual((moved["KeyId"], moved["SourceKeyId"]), (other, key))
        self.assertEqual(kms.decrypt(CiphertextBlob=moved["CiphertextBlob"])["Plaintext"], b"secret")

    def test_policies_and_grants(self):
        kms, user = self.client("kms"), self.client("kms", "nobody", "n")
        key = kms.create_key()["KeyMetadata"]["Arn"]
        denied = self.error(user.encrypt, KeyId=key, Plaintext=b"x")
        self.assertEqual(denied["Code"], "AccessDeniedException")
        self.assertIn("because no identity-based policy allows the kms:Encrypt action",
                      denied["Message"])
        grant = kms.create_grant(KeyId=key, GranteePrincipal=USER, RetiringPrincipal=USER,
                                 Operations=["Encrypt"])
        user.encrypt(KeyId=key, Plaintext=b"x")
        self.assertEqual(kms.list_grants(KeyId=key)["Grants"][0]["GrantId"], grant["GrantId"])
        self.assertEqual(len(kms.list_retirable_grants(RetiringPrincipal=USER)["Grants"]), 1)
        user.retire_grant(GrantToken=grant["GrantToken"])
        self.denied("kms", "encrypt", KeyId=key, Plaintext=b"x")
        again = kms.create_grant(KeyId=key, GranteePrincipal=USER, Operations=["Encrypt"])
        kms.revoke_grant(KeyId=key, GrantId=again["GrantId"])
        self.denied("kms", "encrypt", KeyId=key, Plaintext=b"x")
        policy = json.loads(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"])
        policy["Statement"].append({"Effect": "Allow", "Principal": {"AWS": USER},
                                    "Action": "kms:Encrypt", "Resource": "*"})
        kms.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(policy))
        user.encrypt(KeyId=key, Plaintext=b"x")
        for operation in ("list_keys", "create_key", "list_aliases"):
            self.denied("kms", operation)
        self.assertEqual(self.code(kms.sign, KeyId=key, Message=b"x",
                                   SigningAlgorithm="RSASSA_PSS_SHA_256"),
                         "UnknownOperationException")


class Sqs(Services):
    def test_messages(self):
        sqs = self.client("sqs")
        url = sqs.create_queue(QueueName="q", Attributes={"VisibilityTimeout": "60"},
                               tags={"a": "1"})["QueueUrl"]
        self.assertEqual(sqs.get_queue_url(QueueName="q")["QueueUrl"], url)
        self.assertEqual(sqs.list_queues(QueueNamePrefix="q")["QueueUrls"], [url])
        # boto3 compares the digests of body and attributes by itself.
        sqs.send_message(QueueUrl=url, MessageBody="one", MessageAttributes={
            "n": {"DataType": "Number", "StringValue": "1"},
            "b": {"DataType": "Binary", "BinaryValue": b"\x00\xff"}})
        sent = sqs.send_message_batch(QueueUrl=url, Entries=[
            {"Id": "a", "MessageBody": "two"}, {"Id": "b", "MessageBody": "late", "DelaySeconds": 900}])
        self.assertEqual(len(sent["Successful"]), 2)
        self.restart()
        sqs = self.client("sqs")
        got = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"],
                                  MessageAttributeNames=["All"])["Messages"]
        self.assertEqual([one["Body"] for one in got], ["one", "two"])
        self.assertEqual(got[0]["MessageAttributes"]["b"]["BinaryValue"], b"\x00\xff")
        self.assertEqual(got[0]["Attributes"]["ApproximateReceiveCount"], "1")
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        self.assertEqual((attributes["ApproximateNumberOfMessagesNotVisible"],
                          attributes["ApproximateNumberOfMessagesDelayed"],
                          attributes["VisibilityTimeout"]), ("2", "1", "60"))
        handle = got[0]["ReceiptHandle"]
        sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)
        again = sqs.receive_message(QueueUrl=url)["Messages"][0]
        self.assertEqual(again["Body"], "one")
        sqs.delete_message(QueueUrl=url, ReceiptHandle=again["ReceiptHandle"])
        other = got[1]["ReceiptHandle"]
        sqs.change_message_visibility_batch(QueueUrl=url, Entries=[
            {"Id": "x", "ReceiptHandle": other, "VisibilityTimeout": 5}])
        sqs.delete_message_batch(QueueUrl=url, Entries=[{"Id": "x", "ReceiptHandle": other}])
        self.assertEqual(self.code(sqs.delete_message, QueueUrl=url, ReceiptHandle="nonsense"),
                         "ReceiptHandleIsInvalid")
        sqs.purge_queue(QueueUrl=url)
        self.assertEqual(self.code(sqs.purge_queue, QueueUrl=url),
                         "AWS.SimpleQueueService.PurgeQueueInProgress")
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "1"})
        sqs.tag_queue(QueueUrl=url, Tags={"b": "2"})
        sqs.untag_queue(QueueUrl=url, TagKeys=["a"])
        self.assertEqual(sqs.list_queue_tags(QueueUrl=url)["Tags"], {"b": "2"})
        self.assertNotIn("queueUrls", {k: v for k, v in sqs.list_dead_letter_source_queues(
            QueueUrl=url).items() if v})
        self.assertEqual(self.code(sqs.create_queue, QueueName="q",
                                   Attributes={"VisibilityTimeout": "1"}), "QueueAlreadyExists")
        sqs.delete_queue(QueueUrl=url)
        self.assertEqual(self.code(sqs.get_queue_url, QueueName="q"),
                         "AWS.SimpleQueueService.NonExistentQueue")
        self.assertEqual(self.code(sqs.create_queue, QueueName="q"),
                         "AWS.SimpleQueueService.QueueDeletedRecently")

    def test_fifo_queues(self):
        sqs = self.client("sqs")
        url = sqs.create_queue(QueueName="q.fifo", Attributes={
            "FifoQueue": "true", "ContentBasedDeduplication": "true"})["QueueUrl"]
        for body in ("a", "b", "a"):
            sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId="g")
        got = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
        self.assertEqual([one["Body"] for one in got], ["a", "b"])
        self.assertEqual(self.code(sqs.send_message, QueueUrl=url, MessageBody="x"),
                         "MissingParameter")

    def test_permissions(self):
        sqs = self.client("sqs")
        url = sqs.create_queue(QueueName="q")["QueueUrl"]
        self.denied("sqs", "send_message", "AccessDenied", QueueUrl=url, MessageBody="x")
        self.denied("sqs", "list_queues", "AccessDenied")
        self.denied("sqs", "create_queue", "AccessDenied", QueueName="x")
        sqs.add_permission(QueueUrl=url, Label="l", AWSAccountIds=["123456789012"],
                           Actions=["SendMessage"])
        sqs.remove_permission(QueueUrl=url, Label="l")
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps({
            "Version": "2012-10-17", "Statement": [{
                "Effect": "Allow", "Principal": {"AWS": USER}, "Action": "sqs:SendMessage",
                "Resource": "*"}]})})
        self.client("sqs", "nobody", "n").send_message(QueueUrl=url, MessageBody="x")
        self.denied("sqs", "receive_message", "AccessDenied", QueueUrl=url)

    def json_call(self, operation, **arguments):
        request = botocore.awsrequest.AWSRequest(
            "POST", self.cloud.endpoint + "/", data=json.dumps(arguments).encode(), headers={
                "Content-Type": "application/x-amz-json-1.0",
                "X-Amz-Target": f"AmazonSQS.{operation}"})
        botocore.auth.SigV4Auth(botocore.credentials.Credentials("test", "test"), "sqs",
                                "us-west-2").add_auth(request)
        sent = urllib.request.Request(request.url, data=request.data, headers=dict(request.headers))
        try:
            return json.loads(urllib.request.urlopen(sent).read() or b"{}")
        except urllib.error.HTTPError as error:
            return json.loads(error.read()), error.headers["x-amzn-query-error"]

    def test_newer_clients_speak_json(self):
        url = self.json_call("CreateQueue", QueueName="j", Attributes={"DelaySeconds": "0"})["QueueUrl"]
        self.json_call("SendMessage", QueueUrl=url, MessageBody="hello", MessageAttributes={
            "b": {"DataType": "Binary", "BinaryValue": base64.b64encode(b"\x00\xff").decode()}})
        got = self.json_call("ReceiveMessage", QueueUrl=url, MessageAttributeNames=["All"],
                             MaxNumberOfMessages=5)["Messages"]
        self.assertEqual(got[0]["Body"], "hello")
        self.assertEqual(base64.b64decode(got[0]["MessageAttributes"]["b"]["BinaryValue"]),
                         b"\x00\xff")
        body, query = self.json_call("GetQueueUrl", QueueName="none")
        self.assertEqual(body["__type"], "com.amazonaws.sqs#QueueDoesNotExist")
        self.assertEqual(query, "AWS.SimpleQueueService.NonExistentQueue;Sender")
        body, _ = self.json_call("Nonsense")
        self.assertIn("UnknownOperationException", body["__type"])


class Receiver:
    """An HTTP endpoint that keeps what is posted to it."""

    def __init__(self):
        got = self.got = queue.Queue()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                got.put((self.path, dict(self.headers), body))
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"

    def take(self):
        return self.got.get(timeout=60)


class Sns(Services):
    def test_http_endpoints_of_this_machine_are_told(self):
        receiver = Receiver()
        self.addCleanup(receiver.server.server_close)
        self.addCleanup(receiver.server.shutdown)
        sns = self.client("sns")
        topic = sns.create_topic(Name="t")["TopicArn"]
        sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=receiver.url)
        path, headers, body = receiver.take()
        self.assertEqual(path, "/hook")
        self.assertEqual(headers["x-amz-sns-message-type"], "SubscriptionConfirmation")
        confirmed = sns.confirm_subscription(TopicArn=topic, Token=json.loads(body)["Token"])
        arn = confirmed["SubscriptionArn"]
        sns.publish(TopicArn=topic, Message="hello")
        path, headers, body = receiver.take()
        self.assertEqual((headers["x-amz-sns-message-type"], headers["x-amz-sns-topic-arn"],
                          headers["x-amz-sns-subscription-arn"]), ("Notification", topic, arn))
        self.assertEqual(json.loads(body)["Message"], "hello")
        sns.set_subscription_attributes(SubscriptionArn=arn, AttributeName="RawMessageDelivery",
                                        AttributeValue="true")
        for text in ("one", "two"):
            sns.publish(TopicArn=topic, Message=text)
        self.assertEqual([receiver.take()[2] for _ in range(2)], ["one", "two"])

    def test_topics_and_deliveries(self):
        sns, sqs = self.client("sns"), self.client("sqs")
        topic = sns.create_topic(Name="t", Tags=[{"Key": "a", "Value": "1"}])["TopicArn"]
        self.assertEqual(sns.create_topic(Name="t")["TopicArn"], topic)
        self.assertEqual([one["TopicArn"] for one in sns.list_topics()["Topics"]], [topic])
        url = sqs.create_queue(QueueName="q", Attributes={"Policy": json.dumps({
            "Version": "2012-10-17", "Statement": [{
                "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"},
                "Action": "sqs:SendMessage", "Resource": "*",
                "Condition": {"ArnEquals": {"aws:SourceArn": topic}}}]})})["QueueUrl"]
        held = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        one = sns.subscribe(TopicArn=topic, Protocol="sqs",
                            Endpoint=held["Attributes"]["QueueArn"])["SubscriptionArn"]
        sns.publish(TopicArn=topic, Message="hello", Subject="s", MessageAttributes={
            "k": {"DataType": "String", "StringValue": "v"}})
        envelope = json.loads(sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"])
        self.assertEqual((envelope["Message"], envelope["Subject"], envelope["TopicArn"],
                          envelope["MessageAttributes"]["k"]["Value"]), ("hello", "s", topic, "v"))
        sns.set_subscription_attributes(SubscriptionArn=one, AttributeName="RawMessageDelivery",
                                        AttributeValue="true")
        sns.set_subscription_attributes(SubscriptionArn=one, AttributeName="FilterPolicy",
                                        AttributeValue=json.dumps({"k": ["yes"]}))
        attribute = lambda text: {"k": {"DataType": "String", "StringValue": text}}
        batch = sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=[
            {"Id": "1", "Message": "no", "MessageAttributes": attribute("no")},
            {"Id": "2", "Message": "yes", "MessageAttributes": attribute("yes")}])
        self.assertEqual(len(batch["Successful"]), 2)
        self.assertEqual([m["Body"] for m in sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10)["Messages"]], ["yes"])
        attributes = sns.get_subscription_attributes(SubscriptionArn=one)["Attributes"]
        self.assertEqual(attributes["RawMessageDelivery"], "true")
        self.assertEqual(len(sns.list_subscriptions()["Subscriptions"]), 1)
        pending = sns.subscribe(TopicArn=topic, Protocol="http", Endpoint="http://127.0.0.1:9/x")
        self.assertEqual(pending["SubscriptionArn"], "pending confirmation")
        self.assertEqual([row["SubscriptionArn"] for row in sns.list_subscriptions_by_topic(
            TopicArn=topic)["Subscriptions"] if row["Protocol"] == "http"], ["PendingConfirmation"])
        self.assertEqual(self.code(sns.subscribe, TopicArn=topic, Protocol="http",
                                   Endpoint="http://example.org/"), "InvalidParameter")
        dump = json.loads(stint_dump(self))
        outbox = [value for key, value in dump["state"].items() if "/outbox/" in key]
        token = json.loads(outbox[0]["Body"])["Token"]
        sns.confirm_subscription(TopicArn=topic, Token=token)
        sns.set_topic_attributes(TopicArn=topic, AttributeName="DisplayName", AttributeValue="T")
        got = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
        self.assertEqual((got["DisplayName"], got["SubscriptionsConfirmed"]), ("T", "2"))
        sns.tag_resource(ResourceArn=topic, Tags=[{"Key": "b", "Value": "2"}])
        sns.untag_resource(ResourceArn=topic, TagKeys=["a"])
        self.assertEqual(sns.list_tags_for_resource(ResourceArn=topic)["Tags"],
                         [{"Key": "b", "Value": "2"}])
        self.denied("sns", "publish", "AuthorizationError", TopicArn=topic, Message="x")
        self.denied("sns", "create_topic", "AuthorizationError", Name="x")
        sns.add_permission(TopicArn=topic, Label="l", AWSAccountId=["123456789012"],
                           ActionName=["Publish"])
        sns.remove_permission(TopicArn=topic, Label="l")
        sns.unsubscribe(SubscriptionArn=one)
        sns.delete_topic(TopicArn=topic)
        self.assertEqual(self.code(sns.publish, TopicArn=topic, Message="x"), "NotFound")


def stint_dump(case):
    """The state of a served cloud, beside its owner."""
    dump = stint("world", "dump", "--json", "--state", case.state)
    case.assertEqual(dump.returncode, 0, dump.stderr)
    return dump.stdout


class Logs(Services):
    def test_events(self):
        logs, now = self.client("logs"), int(time.time() * 1000)
        logs.create_log_group(logGroupName="/g", tags={"a": "1"})
        logs.create_log_stream(logGroupName="/g", logStreamName="s/1")
        own = {"logGroupName": "/g", "logStreamName": "s/1"}
        logs.put_log_events(logEvents=[{"timestamp": now + number, "message": f"line {number}"}
                                       for number in range(5)], **own)
        logs.put_log_events(logEvents=[{"timestamp": now + 9, "message": "ERROR last"}], **own)
        page = logs.get_log_events(startFromHead=True, limit=4, **own)
        self.assertEqual([event["message"] for event in page["events"]],
                         [f"line {number}" for number in range(4)])
        rest = logs.get_log_events(nextToken=page["nextForwardToken"], **own)
        self.assertEqual([event["message"] for event in rest["events"]], ["line 4", "ERROR last"])
        end = logs.get_log_events(nextToken=rest["nextForwardToken"], **own)
        self.assertEqual(end["nextForwardToken"], rest["nextForwardToken"])
        found = logs.filter_log_events(logGroupName="/g", filterPattern="ERROR")["events"]
        self.assertEqual([(event["message"], event["logStreamName"]) for event in found],
                         [("ERROR last", "s/1")])
        paged = logs.get_paginator("filter_log_events").paginate(
            logGroupName="/g", PaginationConfig={"PageSize": 2})
        self.assertEqual(sum(len(one["events"]) for one in paged), 6)
        logs.put_retention_policy(logGroupName="/g", retentionInDays=7)
        group = logs.describe_log_groups(logGroupNamePrefix="/")["logGroups"][0]
        self.assertEqual((group["logGroupName"], group["retentionInDays"]), ("/g", 7))
        logs.delete_retention_policy(logGroupName="/g")
        stream = logs.describe_log_streams(logGroupName="/g")["logStreams"][0]
        self.assertEqual((stream["logStreamName"], stream["lastEventTimestamp"]), ("s/1", now + 9))
        logs.tag_log_group(logGroupName="/g", tags={"b": "2"})
        logs.untag_log_group(logGroupName="/g", tags=["a"])
        self.assertEqual(logs.list_tags_log_group(logGroupName="/g")["tags"], {"b": "2"})
        logs.put_metric_filter(
            logGroupName="/g", filterName="errors", filterPattern="ERROR", metricTransformations=[
                {"metricName": "Errors", "metricNamespace": "App", "metricValue": "1"}])
        kept = logs.describe_metric_filters(logGroupName="/g")["metricFilters"]
        self.assertEqual([one["filterName"] for one in kept], ["errors"])
        logs.delete_metric_filter(logGroupName="/g", filterName="errors")
        arn = group["arn"].removesuffix(":*")
        logs.tag_resource(resourceArn=arn, tags={"c": "3"})
        logs.untag_resource(resourceArn=arn, tagKeys=["b"])
        self.assertEqual(logs.list_tags_for_resource(resourceArn=arn)["tags"], {"c": "3"})
        key = self.client("kms").create_key()["KeyMetadata"]["Arn"]
        logs.associate_kms_key(logGroupName="/g", kmsKeyId=key)
        self.assertEqual(logs.describe_log_groups()["logGroups"][0]["kmsKeyId"], key)
        logs.disassociate_kms_key(logGroupName="/g")
        self.assertEqual(self.code(logs.create_log_group, logGroupName="/g"),
                         "ResourceAlreadyExistsException")
        self.assertEqual(self.code(logs.get_log_events, logGroupName="/g", logStreamName="none"),
                         "ResourceNotFoundException")
        for operation, arguments in (("get_log_events", own), ("put_log_events", {
                **own, "logEvents": [{"timestamp": now, "message": "x"}]}),
                                     ("describe_log_groups", {})):
            self.denied("logs", operation, **arguments)
        self.restart()
        logs = self.client("logs")
        self.assertEqual(len(logs.get_log_events(**own)["events"]), 6)
        logs.delete_log_stream(**own)
        logs.delete_log_group(logGroupName="/g")
        self.assertEqual(logs.describe_log_groups()["logGroups"], [])


class Dumps(Services):
    def test_a_dump_reads_back_equal(self):
        self.client("kms").create_key()
        url = self.client("sqs").create_queue(QueueName="q")["QueueUrl"]
        self.client("sqs").send_message(QueueUrl=url, MessageBody="x")
        self.client("sns").create_topic(Name="t")
        self.client("logs").create_log_group(logGroupName="g")
        dump = stint_dump(self)
        again = stint("world", "dump", "--json", "--world", self.write("dump.json", dump))
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertEqual(json.loads(again.stdout), json.loads(dump))
        shown = json.loads(stint("world", "show", "--json", "--state", self.state).stdout)
        self.assertEqual([row["name"] for row in shown["queues"]], ["q"])


if __name__ == "__main__":
    main(covers=["kms", "logs", "sns", "sqs"])
