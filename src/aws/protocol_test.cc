// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "aws/protocol.h"

#include <gtest/gtest.h>

#include "aws/testing.h"
#include "value/json.h"

namespace stint::aws {
namespace {

class Wire : public ::testing::Test {
 protected:
  const Service& service(std::string_view name) { return *models_.service(name).value(); }
  Operation operation(std::string_view service_name, std::string_view name) {
    return service(service_name).find(name).value();
  }
  Models models_{testkit::models_for_tests()};
};

Value read_input(std::string_view text) {
  return parse_json(text).value();
}

TEST_F(Wire, QueryNamesListsByMemberAndTheVersion) {
  net::Request request = encode_request(operation("iam", "CreateRole"),
                                        read_input(R"({"RoleName": "r", "Path": "/a b/",
                              "Tags": [{"Key": "k", "Value": "v"}, {"Key": "l", "Value": ""}]})"))
                             .value();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/");
  EXPECT_EQ(request.headers.get("Content-Type"),
            "application/x-www-form-urlencoded; charset=utf-8");
  EXPECT_EQ(request.body,
            "Action=CreateRole&Version=2010-05-08&Path=%2Fa%20b%2F&RoleName=r"
            "&Tags.member.1.Key=k&Tags.member.1.Value=v&Tags.member.2.Key=l&Tags.member.2.Value=");
}

TEST_F(Wire, Ec2HasNamesOfItsOwnAndNoMember) {
  net::Request request =
      encode_request(operation("ec2", "DescribeInstances"),
                     read_input(R"({"Filters": [{"Name": "tag:a", "Values": ["x", "y"]}],
                              "InstanceIds": ["i-1"], "DryRun": false, "MaxResults": 5})"))
          .value();
  EXPECT_EQ(request.body,
            "Action=DescribeInstances&Version=2016-11-15&Filter.1.Name=tag%3Aa&Filter.1.Value.1=x"
            "&Filter.1.Value.2=y&InstanceId.1=i-1&DryRun=false&MaxResults=5");
}

TEST_F(Wire, JsonNamesItsTargetAndWritesTimesAsNumbers) {
  net::Request request =
      encode_request(
          operation("ssm", "CreateActivation"),
          read_input(R"({"IamRole": "r", "ExpirationDate": "2026-11-24T11:18:00.500Z"})"))
          .value();
  EXPECT_EQ(request.headers.get("x-amz-target"), "AmazonSSM.CreateActivation");
  EXPECT_EQ(request.headers.get("content-type"), "application/x-amz-json-1.1");
  EXPECT_EQ(request.body, R"({"IamRole":"r","ExpirationDate":1795519080.5})");
}

TEST_F(Wire, S3PutsThingsInPathHeadersAndBody) {
  net::Request request =
      encode_request(operation("s3", "PutObject"),
                     read_input(R"({"Bucket": "b", "Key": "a/b c.txt", "Body": "text",
                              "ContentType": "text/plain", "Metadata": {"k": "v"}})"))
          .value();
  EXPECT_EQ(request.method, "PUT");
  EXPECT_EQ(request.target, "/b/a/b%20c.txt");
  EXPECT_EQ(request.headers.get("x-amz-meta-k"), "v");
  EXPECT_EQ(request.headers.get("content-type"), "text/plain");
  EXPECT_EQ(request.body, "text");

  request = encode_request(operation("s3", "DeleteObjects"),
                           read_input(R"({"Bucket": "b", "Delete": {"Objects": [{"Key": "x"}]}})"))
                .value();
  EXPECT_EQ(request.target, "/b?delete");
  EXPECT_EQ(request.body,
            "<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Object><Key>x</Key>"
            "</Object></Delete>");
  EXPECT_FALSE(request.headers.get("content-md5").empty());
}

TEST_F(Wire, NothingBreaksOutOfPathOrHeaders) {
  Operation put = operation("s3", "PutObject");
  for (std::string_view input : {R"({"Key": "k"})", R"({"Bucket": "", "Key": "k"})",
                                 R"({"Bucket": "b", "Key": "k", "ContentType": "a\r\nx-evil: 1"})",
                                 R"({"Bucket": "b", "Key": "k", "Metadata": {"a\nb": "1"}})"}) {
    Result<net::Request> request = encode_request(put, read_input(input));
    ASSERT_FALSE(request) << input;
    EXPECT_EQ(request.error().name, "ParamValidation");
  }
  EXPECT_EQ(encode_request(put, read_input(R"({"Bucket": "a/b?c", "Key": "?x"})"))->target,
            "/a%2Fb%3Fc/%3Fx");
}

TEST_F(Wire, HostPrefixesTakeOnlyPartsOfHostNames) {
  Operation get = operation("s3control", "GetPublicAccessBlock");
  EXPECT_EQ(host_prefix(get, read_input(R"({"AccountId": "123456789012"})")).value(),
            "123456789012.");
  EXPECT_FALSE(host_prefix(get, read_input(R"({"AccountId": "evil.example/"})")));
  EXPECT_FALSE(host_prefix(get, read_input("{}")));
  EXPECT_EQ(host_prefix(operation("iam", "GetRole"), Value()).value(), "");
}

struct Route {
  const char *service, *method, *target, *body_or_header, *operation;
};

TEST_F(Wire, RequestsFindTheirOperation) {
  const Route routes[] = {
      {"s3", "GET", "/", "", "ListBuckets"},
      {"s3", "GET", "/b", "", "ListObjects"},
      {"s3", "GET", "/b/", "", "ListObjects"},
      {"s3", "GET", "/b?list-type=2&prefix=x", "", "ListObjectsV2"},
      {"s3", "GET", "/b/?location", "", "GetBucketLocation"},
      {"s3", "GET", "/b?policy", "", "GetBucketPolicy"},
      {"s3", "GET", "/b?policy=", "", "GetBucketPolicy"},
      {"s3", "GET", "/b?policyStatus", "", "GetBucketPolicyStatus"},
      {"s3", "GET", "/b?versions", "", "ListObjectVersions"},
      {"s3", "GET", "/b?analytics", "", "ListBucketAnalyticsConfigurations"},
      {"s3", "GET", "/b?analytics&id=1", "", "GetBucketAnalyticsConfiguration"},
      {"s3", "GET", "/b?lifecycle", "", "GetBucketLifecycleConfiguration"},
      {"s3", "PUT", "/b", "", "CreateBucket"},
      {"s3", "PUT", "/b?policy", "", "PutBucketPolicy"},
      {"s3", "PUT", "/b?tagging", "", "PutBucketTagging"},
      {"s3", "PUT", "/b/k?tagging", "", "PutObjectTagging"},
      {"s3", "HEAD", "/b", "", "HeadBucket"},
      {"s3", "HEAD", "/b/k/l", "", "HeadObject"},
      {"s3", "DELETE", "/b", "", "DeleteBucket"},
      {"s3", "DELETE", "/b/k", "", "DeleteObject"},
      {"s3", "DELETE", "/b/k?uploadId=1", "", "AbortMultipartUpload"},
      {"s3", "POST", "/b?delete", "", "DeleteObjects"},
      {"s3", "POST", "/b/k?uploads", "", "CreateMultipartUpload"},
      {"s3", "POST", "/b/k?uploadId=1", "", "CompleteMultipartUpload"},
      {"s3", "GET", "/b/k/?x-id=GetObject", "", "GetObject"},
      {"s3", "GET", "/b/k?uploadId=1", "", "ListParts"},
      {"s3", "GET", "/b/k?acl", "", "GetObjectAcl"},
      {"s3", "PUT", "/b/k", "", "PutObject"},
      {"s3", "PUT", "/b/k", "x-amz-copy-source", "CopyObject"},
      {"s3", "PUT", "/b/k?partNumber=1&uploadId=2", "", "UploadPart"},
      {"s3", "PUT", "/b/k?partNumber=1&uploadId=2", "x-amz-copy-source", "UploadPartCopy"},
      {"lambda", "GET", "/2015-03-31/functions/", "", "ListFunctions"},
      {"lambda", "GET", "/2015-03-31/functions", "", "ListFunctions"},
      {"lambda", "GET", "/2015-03-31/functions/f/configuration", "", "GetFunctionConfiguration"},
      {"lambda", "POST", "/2015-03-31/functions/arn%3Aaws%3Alambda/invocations", "", "Invoke"},
      {"route53", "GET", "/2013-04-01/hostedzone/Z1/rrset", "", "ListResourceRecordSets"},
      {"iam", "POST", "/", "Action=GetRole&Version=2010-05-08", "GetRole"},
      {"iam", "GET", "/?Action=GetRole&Version=2010-05-08", "", "GetRole"},
      {"ssm", "POST", "/", "AmazonSSM.GetDocument", "GetDocument"},
  };
  for (const Route& each : routes) {
    net::Request request{.method = each.method, .target = each.target};
    const std::string extra = each.body_or_header;
    if (extra.starts_with("x-amz-copy"))
      request.headers.set(extra, "/a/b");
    else if (extra.starts_with("Amazon"))
      request.headers.set("X-Amz-Target", extra);
    else
      request.body = extra;
    Result<Operation> routed = route_operation(service(each.service), request);
    ASSERT_TRUE(routed) << each.method << " " << each.target;
    EXPECT_EQ(routed->name(), each.operation) << each.method << " " << each.target;
  }
}

TEST_F(Wire, RequestsWithoutAnOperationGetWhatAwsAnswers) {
  auto refused = [&](const char* name, net::Request request) {
    return route_operation(service(name), request).error();
  };
  Error error = refused("iam", {.body = "Action=Fly&Version=2010-05-08"});
  EXPECT_EQ(error.name, "InvalidAction");
  EXPECT_EQ(error.message, "The action Fly is not valid for this web service.");
  EXPECT_EQ(error.status, 400);
  EXPECT_EQ(refused("ec2", {.body = "Action=Fly"}).name, "InvalidAction");
  EXPECT_EQ(refused("iam", {}).name, "MissingAction");
  EXPECT_EQ(refused("ssm", {}).name, "UnknownOperationException");
  EXPECT_EQ(refused("ssm", {.headers = {{"x-amz-target", "AmazonSSM.Fly"}}}).name,
            "UnknownOperationException");
  EXPECT_EQ(refused("ssm", {.headers = {{"x-amz-target", "Other.GetDocument"}}}).name,
            "UnknownOperationException");
  EXPECT_EQ(refused("s3", {.method = "PATCH", .target = "/b"}).status, 405);
  EXPECT_EQ(refused("lambda", {.method = "GET", .target = "/nothing"}).status, 404);
}

TEST_F(Wire, EveryProtocolSaysErrorsInItsWay) {
  const Error error{Code::not_found, "NoSuchEntity", "The role <x> is gone.", 404};
  EXPECT_EQ(encode_error(service("iam"), error, "id-1").body,
            "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender"
            "</Type><Code>NoSuchEntity</Code><Message>The role &lt;x&gt; is gone.</Message></Error>"
            "<RequestId>id-1</RequestId></ErrorResponse>");
  EXPECT_EQ(
      encode_error(service("ec2"), error, "id-1").body,
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>NoSuchEntity"
      "</Code><Message>The role &lt;x&gt; is gone.</Message></Error></Errors><RequestID>id-1"
      "</RequestID></Response>");
  EXPECT_TRUE(encode_error(service("s3"), error, "id-1")
                  .body.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>"));
  EXPECT_EQ(encode_error(service("ssm"), error, "id-1").body,
            R"({"__type":"NoSuchEntity","message":"The role <x> is gone."})");
  EXPECT_EQ(
      encode_error(service("ssm"), {Code::denied, "AccessDeniedException", "No.", 400}, "i").body,
      R"({"__type":"AccessDeniedException","Message":"No."})");
  EXPECT_EQ(encode_error(service("lambda"), error, "id-1").headers.get("x-amzn-errortype"),
            "NoSuchEntity");
}

TEST_F(Wire, ErrorsComeBackAsTheyWereSent) {
  for (std::string_view name : {"iam", "ec2", "s3", "ssm", "lambda", "route53", "sqs"}) {
    const Operation any = service(name).operation(0);
    for (const Error& sent :
         {Error{Code::not_found, "NoSuchThing", "It is <gone> & forgotten.", 404},
          Error{Code::denied, "AccessDenied", "You may not.", 403},
          Error{Code::throttled, "Throttling", "Slowly.", 400},
          Error{Code::conflict, "EntityAlreadyExists", "It is there.", 409},
          Error{Code::invalid, "ValidationError", "Wrong.", 400},
          Error{Code::unavailable, "ServiceUnavailable", "Later.", 503}}) {
      const net::Response response = encode_error(any.service(), sent, "id-1");
      Result<Value> read = decode_response(any, response);
      ASSERT_FALSE(read);
      EXPECT_EQ(read.error(), sent) << name << ": " << response.body;
    }
  }
}

TEST_F(Wire, AnErrorWithoutANameOrStatusGetsThoseOfItsKind) {
  net::Response response = encode_error(service("iam"), {Code::internal, "", "Oh.", 0}, "i");
  EXPECT_EQ(response.status, 500);
  EXPECT_NE(response.body.find("<Code>InternalFailure</Code>"), std::string::npos);
  EXPECT_EQ(encode_error(service("iam"), {Code::invalid, "NoSuchEntity", "", 0}, "i").status, 404)
      << "the model knows";
  EXPECT_EQ(encode_error(service("ssm"), {Code::invalid, "InternalServerError", "", 0}, "i").status,
            500);
}

TEST_F(Wire, AnAnswerToHeadHasOnlyItsStatus) {
  Result<Value> read = decode_response(operation("s3", "HeadObject"), {.status = 404});
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error(), (Error{Code::not_found, "404", "Not Found", 404}));
  read = decode_response(operation("s3", "HeadBucket"), {.status = 403});
  EXPECT_EQ(read.error(), (Error{Code::denied, "403", "Forbidden", 403}));
  EXPECT_EQ(
      encode_response(operation("s3", "HeadObject"), read_input(R"({"ContentLength": 5})"), "i")
          .headers.get("content-length"),
      "5");
}

TEST_F(Wire, ErrorsOfEveryShapeAreRead) {
  struct Case {
    const char* service;
    int status;
    net::Headers headers;
    const char *body, *name, *message;
  };
  const Case cases[] = {
      {"ssm", 400, {}, R"({"__type": "com.amazon.coral#Gone", "Message": "m"})", "Gone", "m"},
      {"dynamodb", 400, {}, R"({"__type": "a.b#C", "message": "m"})", "C", "m"},
      {"lambda",
       404,
       {{"x-amzn-ErrorType", "ResourceNotFoundException:http://x"}},
       R"({"Message": "m"})",
       "ResourceNotFoundException",
       "m"},
      {"ssm",
       400,
       {{"x-amzn-query-error", "Old.Code;Sender"}},
       R"({"__type": "New"})",
       "Old.Code",
       "Bad Request"},
      {"iam", 503, {}, "<html><body>busy</body></html>", "503", "Service Unavailable"},
      {"ssm", 502, {}, "<html>bad</html>", "502", "<html>bad</html>"},
      {"s3", 400, {}, "<Error><Code>X</Code>", "400", "Bad Request"},
      {"ssm", 400, {}, "[1]", "400", "[1]"},
  };
  for (const Case& each : cases) {
    Result<Value> read =
        decode_response(service(each.service).operation(0),
                        {.status = each.status, .headers = each.headers, .body = each.body});
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().name, each.name) << each.body;
    EXPECT_EQ(read.error().message, each.message) << each.body;
  }
}

TEST_F(Wire, S3CopiesMayFailAfterTheStatus) {
  const net::Response late{.status = 200,
                           .body =
                               "<Error><Code>InternalError</Code><Message>Again.</Message>"
                               "</Error>"};
  Result<Value> read = decode_response(operation("s3", "CopyObject"), late);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error(), (Error{Code::unavailable, "InternalError", "Again.", 500}));
}

TEST_F(Wire, S3SaysWhereABucketIsWithABareElement) {
  Operation get = operation("s3", "GetBucketLocation");
  const net::Response response =
      encode_response(get, read_input(R"({"LocationConstraint": "us-west-2"})"), "i");
  EXPECT_NE(response.body.find("<LocationConstraint xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/"
                               "\">us-west-2</LocationConstraint>"),
            std::string::npos);
  EXPECT_EQ(decode_response(get, {.body = "<LocationConstraint/>"}).value(), Value(Object()))
      << "us-east-1 has no name here";
}

TEST_F(Wire, S3GranteesCarryTheirTypeAsAnAttribute) {
  Operation put = operation("s3", "PutBucketAcl");
  const Value input = read_input(R"({"Bucket": "b", "AccessControlPolicy": {"Grants": [
      {"Grantee": {"Type": "Group", "URI": "u"}, "Permission": "READ"}]}})");
  net::Request request = encode_request(put, input).value();
  EXPECT_NE(request.body.find("<Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
                              "xsi:type=\"Group\"><URI>u</URI></Grantee>"),
            std::string::npos)
      << request.body;
  request.headers.erase("content-md5");
  EXPECT_EQ(decode_request(put, request).value(), input);
}

TEST_F(Wire, ServersReadRequestsInFormsThatOtherClientsUse) {
  EXPECT_EQ(decode_request(operation("iam", "GetRole"), {.target = "/?Action=GetRole&RoleName=a+b"})
                .value(),
            read_input(R"({"RoleName": "a b"})"));
  EXPECT_EQ(decode_request(operation("ec2", "DescribeInstances"),
                           {.body = "Action=DescribeInstances&InstanceId.2=b&InstanceId.1=a&"
                                    "InstanceId.10=c&Unknown.1=x"})
                .value(),
            read_input(R"({"InstanceIds": ["a", "b", "c"]})"));
  EXPECT_EQ(
      decode_request(operation("s3", "CreateBucket"),
                     {.method = "PUT",
                      .target = "/b",
                      .body = "<?xml version='1.0'?><!-- x --><n:CreateBucketConfiguration "
                              "xmlns:n='u'><n:LocationConstraint><![CDATA[eu]]>"
                              "</n:LocationConstraint></n:CreateBucketConfiguration>"})
          .value(),
      read_input(R"({"Bucket": "b", "CreateBucketConfiguration": {"LocationConstraint": "eu"}})"));
  EXPECT_EQ(decode_request(operation("ssm", "ListDocuments"), {.body = ""}).value(),
            Value(Object()));
  EXPECT_EQ(decode_request(operation("ssm", "GetDocument"),
                           {.body = R"({"Name": "d", "Other": {"a": 1}, "VersionName": null})"})
                .value(),
            read_input(R"({"Name": "d"})"));
}

TEST_F(Wire, RequestsThatDoNotReadAreErrorsInAwssWords) {
  struct Case {
    const char *service, *operation, *target, *body, *name;
  };
  const std::string deep_json = std::string(100000, '[') + std::string(100000, ']');
  std::string deep_xml, deep_query = "Action=X&A";
  for (int i = 0; i < 50000; ++i) {
    deep_xml += "<a>";
    deep_query += ".1";
  }
  const Case cases[] = {
      {"ssm", "GetDocument", "/", "{\"Name\": ", "SerializationException"},
      {"ssm", "GetDocument", "/", "{\"Name\": \"x\", \"Name\": \"y\"}", "SerializationException"},
      {"ssm", "GetDocument", "/", "{\"Name\": 3}", "SerializationException"},
      {"ssm", "GetDocument", "/", "{\"Name\": {\"a\": 1}}", "SerializationException"},
      {"ssm", "GetDocument", "/", "[]", "SerializationException"},
      {"ssm", "GetDocument", "/", "\"text\"", "SerializationException"},
      {"ssm", "ListDocuments", "/", "{\"MaxResults\": \"5\"}", "SerializationException"},
      {"ssm", "ListDocuments", "/", "{\"Filters\": {}}", "SerializationException"},
      {"ssm", "ListDocuments", "/", "{\"MaxResults\": 1e999}", "SerializationException"},
      {"ssm", "GetDocument", "/", deep_json.c_str(), "SerializationException"},
      {"iam", "ListRoles", "/", "MaxItems=many", "MalformedInput"},
      {"iam", "ListRoles", "/", "MaxItems=99999999999999999999", "MalformedInput"},
      {"ec2", "DescribeInstances", "/", "MaxResults=many", "InvalidParameterValue"},
      {"ec2", "DescribeInstances", "/", "DryRun=perhaps", "InvalidParameterValue"},
      {"s3", "CreateBucket", "/b", "<CreateBucketConfiguration>", "MalformedXML"},
      {"s3", "CreateBucket", "/b", "{}", "MalformedXML"},
      {"s3", "CreateBucket", "/b", deep_xml.c_str(), "MalformedXML"},
      {"s3", "ListObjectsV2", "/b?list-type=2&max-keys=many", "", "InvalidArgument"},
      {"kms", "Encrypt", "/", "{\"KeyId\": \"k\", \"Plaintext\": \"%%\"}",
       "SerializationException"},
  };
  for (const Case& each : cases) {
    Result<Value> read = decode_request(operation(each.service, each.operation),
                                        {.target = each.target, .body = each.body});
    ASSERT_FALSE(read) << each.body;
    EXPECT_EQ(read.error().name, each.name) << std::string(each.body).substr(0, 80);
    EXPECT_EQ(read.error().status, 400);
    EXPECT_FALSE(read.error().message.empty());
  }
  EXPECT_TRUE(decode_request(operation("iam", "ListRoles"), {.body = deep_query}));
}

TEST_F(Wire, AnswersThatDoNotReadAreErrors) {
  struct Case {
    const char *service, *operation, *body;
  };
  const Case cases[] = {
      {"iam", "GetRole", "<GetRoleResponse>"},
      {"iam", "GetRole", "<Other/>"},
      {"iam", "GetRole", "not XML"},
      {"iam", "ListRoles",
       "<R><ListRolesResult><IsTruncated>maybe</IsTruncated></ListRolesResult></R>"},
      {"ec2", "DescribeInstances", "<R><reservationSet><item>"},
      {"ssm", "GetDocument", "{\"Name\""},
      {"s3", "ListObjectsV2", "<ListBucketResult><KeyCount>x</KeyCount></ListBucketResult>"},
  };
  for (const Case& each : cases) {
    Result<Value> read = decode_response(operation(each.service, each.operation),
                                         {.status = 200, .body = each.body});
    ASSERT_FALSE(read) << each.body;
    EXPECT_EQ(read.error().code, Code::unavailable);
    EXPECT_NE(read.error().message.find(each.operation), std::string::npos);
  }
}

TEST_F(Wire, RecursiveShapesEndAtADepth) {
  std::string text = "{\"S\":\"x\"}";
  for (int i = 0; i < 45; ++i) text = "{\"L\":[" + text + "]}";
  const std::string body = R"({"TableName":"t","Item":{"a":)" + text + "}}";
  EXPECT_TRUE(decode_request(operation("dynamodb", "PutItem"), {.body = body}));
  for (int i = 0; i < 45; ++i) text = "{\"L\":[" + text + "]}";
  EXPECT_FALSE(decode_request(operation("dynamodb", "PutItem"),
                              {.body = R"({"TableName":"t","Item":{"a":)" + text + "}}"}));
}

}  // namespace
}  // namespace stint::aws
