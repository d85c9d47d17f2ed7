// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/s3/settings.h"

#include "cloud/s3/testing.h"

namespace stint::cloud {
namespace {

using cloud::testing::json;
using cloud::testing::S3World;

constexpr std::string_view settings_world = R"({
  "access_keys": {"root": {"secret": "s", "principal": "root"},
                  "user": {"secret": "s", "principal": "user"},
                  "other": {"secret": "s", "principal": "other"}},
  "users": {"user": {}, "other": {"inline": {"p": {"Version": "2012-10-17", "Statement": [
      {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}}}},
  "buckets": {"b": {"objects": {"k": {"text": "x", "tags": {"team": "red"}}}}, "log": {},
              "dotted.name": {}},
  "accounts": {"210987654321": {"regions": {"us-west-2": {"buckets": {"foreign": {}}}}}}
})";

struct Settings : S3World {
  Settings() : S3World(settings_world) {}
  void fresh() {
    get("CreateBucket",
        R"({"Bucket":"fresh","CreateBucketConfiguration":{"LocationConstraint":"us-west-2"}})");
  }
  /// What somebody without a signature gets.
  std::string anonymous(std::string_view operation, const Value& input) {
    Caller nobody;
    auto answer = cloud.call(nobody, "us-west-2", "s3", operation, input, now);
    return answer ? "fine" : answer.error().name;
  }
};

TEST_F(Settings, AreReadBackAsTheyWerePut) {
  struct Case {
    const char* name;    ///< what follows Put, Get, Delete
    const char* put;     ///< without the bucket
    const char* answer;  ///< of Get
    const char* after;   ///< of Get once it is deleted; null: cannot be deleted
  };
  for (
      const auto& [name, put, answer, after] : std::vector<Case>{
          {"BucketCors",
           R"("CORSConfiguration":{"CORSRules":[{"AllowedMethods":["GET"],
               "AllowedOrigins":["https://*.example.org"],"MaxAgeSeconds":60}]})",
           R"({"CORSRules":[{"AllowedMethods":["GET"],"AllowedOrigins":["https://*.example.org"],)"
           R"("MaxAgeSeconds":60}]})",
           "NoSuchCORSConfiguration 404: The CORS configuration does not exist"},
          {"BucketWebsite", R"("WebsiteConfiguration":{"IndexDocument":{"Suffix":"index.html"}})",
           R"({"IndexDocument":{"Suffix":"index.html"}})",
           "NoSuchWebsiteConfiguration 404: The specified bucket does not have a website "
           "configuration"},
          {"BucketLogging",
           R"("BucketLoggingStatus":{"LoggingEnabled":{"TargetBucket":"log","TargetPrefix":"p"}})",
           R"({"LoggingEnabled":{"TargetBucket":"log","TargetPrefix":"p"}})", nullptr},
          {"BucketNotificationConfiguration",
           R"("NotificationConfiguration":{"QueueConfigurations":[{"Id":"i",
               "QueueArn":"arn:aws:sqs:us-west-2:123456789012:q","Events":["s3:ObjectCreated:*"]}]})",
           R"({"QueueConfigurations":[{"Id":"i","QueueArn":"arn:aws:sqs:us-west-2:123456789012:q",)"
           R"("Events":["s3:ObjectCreated:*"]}]})",
           nullptr},
          {"BucketOwnershipControls",
           R"("OwnershipControls":{"Rules":[{"ObjectOwnership":"BucketOwnerPreferred"}]})",
           R"({"OwnershipControls":{"Rules":[{"ObjectOwnership":"BucketOwnerPreferred"}]}})",
           "OwnershipControlsNotFoundError 404: The bucket ownership controls were not found"},
          {"PublicAccessBlock", R"("PublicAccessBlockConfiguration":{"BlockPublicAcls":true})",
           R"({"PublicAccessBlockConfiguration":{"BlockPublicAcls":true,)"
           R"("BlockPublicPolicy":false,"IgnorePublicAcls":false,"RestrictPublicBuckets":false}})",
           "NoSuchPublicAccessBlockConfiguration 404: The public access block configuration was "
           "not found"},
          {"BucketEncryption",
           R"("ServerSideEncryptionConfiguration":{"Rules":[
               {"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"aws:kms"}}]})",
           R"({"ServerSideEncryptionConfiguration":{"Rules":[)"
           R"({"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"aws:kms"}}]}})",
           "fine"},
          {"BucketRequestPayment", R"("RequestPaymentConfiguration":{"Payer":"Requester"})",
           R"({"Payer":"Requester"})", nullptr},
          {"BucketAccelerateConfiguration", R"("AccelerateConfiguration":{"Status":"Enabled"})",
           R"({"Status":"Enabled"})", nullptr},
          {"BucketTagging", R"("Tagging":{"TagSet":[{"Key":"a","Value":"1"}]})",
           R"({"TagSet":[{"Key":"a","Value":"1"}]})",
           "NoSuchTagSet 404: The TagSet does not exist"},
      }) {
    SCOPED_TRACE(name);
    const std::string bucket = R"({"Bucket":"b")";
    EXPECT_EQ(outcome(fmt::format("Put{}", name), bucket + "," + put + "}"), "fine");
    EXPECT_EQ(say("s3", fmt::format("Get{}", name), bucket + "}"), answer);
    if (!after) continue;
    EXPECT_EQ(outcome(fmt::format("Delete{}", name), bucket + "}"), "fine");
    EXPECT_EQ(outcome(fmt::format("Delete{}", name), bucket + "}"), "fine") << "twice is no error";
    EXPECT_EQ(outcome(fmt::format("Get{}", name), bucket + "}"), after);
  }
}

TEST_F(Settings, OfALifecycleGetIds) {
  get("PutBucketLifecycleConfiguration",
      R"({"Bucket":"b","LifecycleConfiguration":{"Rules":[
          {"Status":"Enabled","Filter":{"Prefix":"tmp/"},"Expiration":{"Days":3}}]}})");
  const Value rules = get("GetBucketLifecycleConfiguration", R"({"Bucket":"b"})");
  ASSERT_EQ(rules.items("Rules").size(), 1u);
  EXPECT_FALSE(rules.items("Rules")[0].text("ID").empty());
  EXPECT_EQ(code("DeleteBucketLifecycle", R"({"Bucket":"b"})"), "fine");
  EXPECT_EQ(code("GetBucketLifecycleConfiguration", R"({"Bucket":"b"})"),
            "NoSuchLifecycleConfiguration");
}

TEST_F(Settings, OfReplicationNeedVersions) {
  const char* input = R"({"Bucket":"b","ReplicationConfiguration":{
      "Role":"arn:aws:iam::123456789012:role/r","Rules":[{"Status":"Enabled",
      "Destination":{"Bucket":"arn:aws:s3:::log"}}]}})";
  EXPECT_EQ(outcome("PutBucketReplication", input),
            "InvalidRequest 400: Versioning must be 'Enabled' on the bucket to apply a "
            "replication configuration");
  get("PutBucketVersioning", R"({"Bucket":"b","VersioningConfiguration":{"Status":"Enabled"}})");
  EXPECT_EQ(code("PutBucketReplication", input), "fine");
  EXPECT_EQ(code("PutBucketVersioning",
                 R"({"Bucket":"b","VersioningConfiguration":{"Status":"Suspended"}})"),
            "InvalidBucketState");
  EXPECT_EQ(code("DeleteBucketReplication", R"({"Bucket":"b"})"), "fine");
  EXPECT_EQ(code("GetBucketReplication", R"({"Bucket":"b"})"),
            "ReplicationConfigurationNotFoundError");
}

TEST_F(Settings, RefuseWhatIsWrong) {
  const std::string malformed =
      "MalformedXML 400: The XML you provided was not well-formed or did not validate against our "
      "published schema";
  struct Case {
    const char* operation;
    const char* input;
    std::string expected;
  };
  for (const auto& [operation, input, expected] : std::vector<Case>{
           {"PutBucketCors", R"({"Bucket":"b","CORSConfiguration":{"CORSRules":[]}})", malformed},
           {"PutBucketCors",
            R"({"Bucket":"b","CORSConfiguration":{"CORSRules":[{"AllowedMethods":["PATCH"],
                "AllowedOrigins":["*"]}]}})",
            "InvalidRequest 400: Found unsupported HTTP method in CORS config. Unsupported method "
            "is PATCH"},
           {"PutBucketCors",
            R"({"Bucket":"b","CORSConfiguration":{"CORSRules":[{"AllowedMethods":["GET"],
                "AllowedOrigins":["*.*"]}]}})",
            "InvalidRequest 400: AllowedOrigin \"*.*\" can not have more than one wildcard."},
           {"PutBucketLifecycleConfiguration",
            R"({"Bucket":"b","LifecycleConfiguration":{"Rules":[
                {"Status":"Enabled","Filter":{"Prefix":""}}]}})",
            "InvalidRequest 400: At least one action needs to be specified in a rule"},
           {"PutBucketLifecycleConfiguration",
            R"({"Bucket":"b","LifecycleConfiguration":{"Rules":[
                {"Status":"Enabled","Filter":{"Prefix":""},"Expiration":{"Days":0}}]}})",
            "InvalidArgument 400: 'Days' for Expiration action must be a positive integer"},
           {"PutBucketLifecycleConfiguration",
            R"({"Bucket":"b","LifecycleConfiguration":{"Rules":[
                {"ID":"x","Status":"Enabled","Filter":{"Prefix":""},"Expiration":{"Days":1}},
                {"ID":"x","Status":"Enabled","Filter":{"Prefix":"a"},"Expiration":{"Days":1}}]}})",
            "InvalidArgument 400: Rule ID must be unique. Found same ID for more than one rule"},
           {"PutBucketWebsite", R"({"Bucket":"b","WebsiteConfiguration":{}})",
            "InvalidArgument 400: A value for IndexDocument Suffix must be provided if "
            "RedirectAllRequestsTo is empty"},
           {"PutBucketWebsite",
            R"({"Bucket":"b","WebsiteConfiguration":{"IndexDocument":{"Suffix":"a/b"}}})",
            "InvalidArgument 400: The IndexDocument Suffix is not well formed"},
           {"PutBucketLogging",
            R"({"Bucket":"b","BucketLoggingStatus":{"LoggingEnabled":{"TargetBucket":"none",
                "TargetPrefix":""}}})",
            "InvalidTargetBucketForLogging 400: The target bucket for logging does not exist"},
           {"PutBucketLogging",
            R"({"Bucket":"b","BucketLoggingStatus":{"LoggingEnabled":{"TargetBucket":"foreign",
                "TargetPrefix":""}}})",
            "InvalidTargetBucketForLogging 400: The owner for the bucket to be logged and the "
            "target bucket must be the same."},
           {"PutBucketAccelerateConfiguration",
            R"({"Bucket":"dotted.name","AccelerateConfiguration":{"Status":"Enabled"}})",
            "InvalidRequest 400: S3 Transfer Acceleration is not supported for buckets with "
            "periods (.) in their names"},
           {"PutBucketEncryption",
            R"({"Bucket":"b","ServerSideEncryptionConfiguration":{"Rules":[
                {"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256",
                 "KMSMasterKeyID":"x"}}]}})",
            "InvalidArgument 400: a KMSMasterKeyID is not applicable if the default sse algorithm "
            "is not aws:kms"},
           {"PutBucketOwnershipControls",
            R"({"Bucket":"b","OwnershipControls":{"Rules":[{"ObjectOwnership":"Nobody"}]}})",
            malformed},
           {"PutBucketTagging",
            R"({"Bucket":"b","Tagging":{"TagSet":[{"Key":"a","Value":"1"},
                {"Key":"a","Value":"2"}]}})",
            "InvalidTag 400: Cannot provide multiple Tags with the same key"},
           {"PutBucketTagging",
            R"({"Bucket":"b","Tagging":{"TagSet":[{"Key":"aws:x","Value":"1"}]}})",
            "InvalidTag 400: System tags cannot be added/updated by requester"},
           {"PutObjectTagging",
            R"({"Bucket":"b","Key":"k","Tagging":{"TagSet":[{"Key":"","Value":"1"}]}})",
            "InvalidTag 400: The TagKey you have provided is invalid"},
           {"PutObjectTagging",
            R"({"Bucket":"b","Key":"k","Tagging":{"TagSet":[{"Key":"a","Value":"<"}]}})",
            "InvalidTag 400: The TagValue you have provided is invalid"},
           {"PutObject", R"({"Bucket":"b","Key":"t","Body":"","Tagging":"a=1&a=2"})",
            "InvalidArgument 400: The header 'x-amz-tagging' shall be encoded as UTF-8 then "
            "URLEncoded URL query parameters without tag name duplicates."},
           {"GetBucketCors", R"({"Bucket":"nowhere"})",
            "NoSuchBucket 404: The specified bucket does not exist"},
       }) {
    SCOPED_TRACE(input);
    EXPECT_EQ(outcome(operation, input), expected);
  }
  Value tags{Value::List()};
  for (int i = 0; i < 11; ++i) tags.push(object({{"Key", std::to_string(i)}, {"Value", "v"}}));
  EXPECT_EQ(
      outcome("PutObjectTagging",
              object({{"Bucket", "b"}, {"Key", "k"}, {"Tagging", object({{"TagSet", tags}})}})),
      "BadRequest 400: Object tags cannot be greater than 10");
}

TEST_F(Settings, NeedPermissions) {
  become("user");
  struct Case {
    const char* operation;
    const char* action;
  };
  for (const auto& [operation, action] : std::vector<Case>{
           {"GetBucketCors", "s3:GetBucketCORS"},
           {"DeleteBucketCors", "s3:PutBucketCORS"},
           {"PutBucketEncryption", "s3:PutEncryptionConfiguration"},
           {"GetBucketEncryption", "s3:GetEncryptionConfiguration"},
           {"PutBucketLifecycleConfiguration", "s3:PutLifecycleConfiguration"},
           {"GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock"},
           {"DeletePublicAccessBlock", "s3:PutBucketPublicAccessBlock"},
           {"GetBucketVersioning", "s3:GetBucketVersioning"},
           {"ListObjectVersions", "s3:ListBucketVersions"},
           {"GetBucketNotificationConfiguration", "s3:GetBucketNotification"},
           {"DeleteBucketTagging", "s3:PutBucketTagging"},
           {"GetBucketAcl", "s3:GetBucketAcl"},
           {"GetBucketPolicyStatus", "s3:GetBucketPolicyStatus"},
       }) {
    auto answer = call("s3", operation, R"({"Bucket":"b"})");
    ASSERT_FALSE(answer) << operation;
    EXPECT_EQ(answer.error().name, "AccessDenied");
    EXPECT_NE(answer.error().message.find(fmt::format("perform: {} on", action)), std::string::npos)
        << answer.error().message;
  }
}

TEST_F(Settings, TagsOfObjectsAreConditions) {
  become("root");
  get("PutBucketPolicy",
      object({{"Bucket", "b"}, {"Policy", R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow",
                 "Principal":{"AWS":"arn:aws:iam::123456789012:user/user"},
                 "Action":["s3:GetObject","s3:PutObject","s3:PutObjectTagging"],
                 "Resource":"arn:aws:s3:::b/*","Condition":{"StringEqualsIfExists":
                 {"s3:ExistingObjectTag/team":"red","s3:RequestObjectTag/team":"red"}}}]})"}}));
  become("user");
  EXPECT_EQ(code("GetObject", R"({"Bucket":"b","Key":"k"})"), "fine");
  EXPECT_EQ(code("PutObject", R"({"Bucket":"b","Key":"n","Body":"","Tagging":"team=blue"})"),
            "AccessDenied");
  EXPECT_EQ(code("PutObject", R"({"Bucket":"b","Key":"n","Body":"","Tagging":"team=red"})"),
            "fine");
  become("root");
  get("PutObjectTagging",
      R"({"Bucket":"b","Key":"k","Tagging":{"TagSet":[{"Key":"team","Value":"blue"}]}})");
  EXPECT_EQ(say("s3", "GetObjectTagging", R"({"Bucket":"b","Key":"k"})"),
            R"({"TagSet":[{"Key":"team","Value":"blue"}]})");
  EXPECT_EQ(get("GetObject", R"({"Bucket":"b","Key":"k"})").integer("TagCount"), 1);
  become("user");
  EXPECT_EQ(code("GetObject", R"({"Bucket":"b","Key":"k"})"), "AccessDenied");
  become("root");
  get("DeleteObjectTagging", R"({"Bucket":"b","Key":"k"})");
  EXPECT_EQ(say("s3", "GetObjectTagging", R"({"Bucket":"b","Key":"k"})"), R"({"TagSet":[]})");
}

constexpr const char* open_policy = R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow",
    "Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::fresh/*"}]})";

TEST_F(Settings, NewBucketsAreClosedToThePublic) {
  fresh();
  get("PutObject", R"({"Bucket":"fresh","Key":"k","Body":"x"})");
  const Value put = object({{"Bucket", "fresh"}, {"Policy", open_policy}});
  EXPECT_EQ(outcome("PutBucketPolicy", put),
            "AccessDenied 403: User: arn:aws:iam::123456789012:root is not authorized to perform: "
            "s3:PutBucketPolicy on resource: \"arn:aws:s3:::fresh\" because public policies are "
            "blocked by the BlockPublicPolicy block public access setting.");
  get("DeletePublicAccessBlock", R"({"Bucket":"fresh"})");
  EXPECT_EQ(code("PutBucketPolicy", put), "fine");
  EXPECT_TRUE(
      get("GetBucketPolicyStatus", R"({"Bucket":"fresh"})")["PolicyStatus"].flag("IsPublic"));
  const Value key = json(R"({"Bucket":"fresh","Key":"k"})");
  EXPECT_EQ(anonymous("GetObject", key), "fine");
  get("PutPublicAccessBlock",
      R"({"Bucket":"fresh","PublicAccessBlockConfiguration":{"RestrictPublicBuckets":true}})");
  EXPECT_EQ(anonymous("GetObject", key), "AccessDenied");
  EXPECT_EQ(code("GetObject", key), "fine") << "the owner's account still may";
}

TEST_F(Settings, APolicyWithAFixedConditionIsNotPublic) {
  fresh();
  struct Case {
    const char* condition;
    bool open;
  };
  for (const auto& [condition, open] : std::vector<Case>{
           {R"({"StringEquals":{"aws:PrincipalAccount":"210987654321"}})", false},
           {R"({"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}})", false},
           {R"({"StringEquals":{"aws:PrincipalOrgID":"o-1"}})", false},
           {R"({"StringLike":{"aws:PrincipalOrgID":"o-*"}})", true},
           {R"({"StringNotEquals":{"aws:PrincipalAccount":"210987654321"}})", true},
           {R"({"StringEqualsIfExists":{"aws:PrincipalAccount":"210987654321"}})", true},
           {R"({"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}})", true},
           {R"({"Bool":{"aws:SecureTransport":"true"}})", true},
       }) {
    const std::string policy = fmt::format(
        R"({{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{{"AWS":"*"}},)"
        R"("Action":"s3:GetObject","Resource":"arn:aws:s3:::fresh/*","Condition":{}}}}})",
        condition);
    EXPECT_EQ(code("PutBucketPolicy", object({{"Bucket", "fresh"}, {"Policy", policy}})),
              open ? "AccessDenied" : "fine")
        << condition;
  }
}

TEST_F(Settings, AclsAreRecordedWhereTheBucketTakesThem) {
  fresh();
  EXPECT_EQ(outcome("PutObject", R"({"Bucket":"fresh","Key":"k","Body":"","ACL":"public-read"})"),
            "AccessControlListNotSupported 400: The bucket does not allow ACLs");
  EXPECT_EQ(code("PutObject",
                 R"({"Bucket":"fresh","Key":"k","Body":"","ACL":"bucket-owner-full-control"})"),
            "fine");
  EXPECT_EQ(code("CreateBucket", R"({"Bucket":"acl-bucket","ACL":"public-read",
                 "CreateBucketConfiguration":{"LocationConstraint":"us-west-2"}})"),
            "InvalidBucketAclWithObjectOwnership");
  EXPECT_EQ(get("GetBucketAcl", R"({"Bucket":"fresh"})").items("Grants").size(), 1u);
  get("PutBucketOwnershipControls",
      R"({"Bucket":"fresh","OwnershipControls":{"Rules":[{"ObjectOwnership":"ObjectWriter"}]}})");
  EXPECT_EQ(code("PutObjectAcl", R"({"Bucket":"fresh","Key":"k","ACL":"public-read"})"),
            "AccessDenied")
      << "BlockPublicAcls is still on";
  get("DeletePublicAccessBlock", R"({"Bucket":"fresh"})");
  EXPECT_EQ(anonymous("GetObject", json(R"({"Bucket":"fresh","Key":"k"})")), "AccessDenied");
  get("PutObjectAcl", R"({"Bucket":"fresh","Key":"k","ACL":"public-read"})");
  const Value acl = get("GetObjectAcl", R"({"Bucket":"fresh","Key":"k"})");
  ASSERT_EQ(acl.items("Grants").size(), 2u);
  EXPECT_EQ(acl.items("Grants")[1]["Grantee"].text("URI"),
            "http://acs.amazonaws.com/groups/global/AllUsers");
  EXPECT_EQ(anonymous("GetObject", json(R"({"Bucket":"fresh","Key":"k"})")), "fine");
  EXPECT_EQ(anonymous("ListObjects", json(R"({"Bucket":"fresh"})")), "AccessDenied");
  get("PutBucketAcl", R"({"Bucket":"fresh","ACL":"public-read"})");
  EXPECT_EQ(anonymous("ListObjects", json(R"({"Bucket":"fresh"})")), "fine");
  for (const auto& [input, expected] : std::vector<std::pair<const char*, const char*>>{
           {R"({"Bucket":"fresh","ACL":"nonsense"})", "InvalidArgument"},
           {R"({"Bucket":"fresh"})", "MissingSecurityHeader"},
           {R"({"Bucket":"fresh","ACL":"private","GrantRead":"id=x"})", "InvalidRequest"},
           {R"({"Bucket":"fresh","GrantRead":"uri=http://example.org"})", "InvalidArgument"},
           {R"({"Bucket":"fresh","GrantRead":"emailAddress=a@example.org"})",
            "UnresolvableGrantByEmailAddress"},
           {R"({"Bucket":"fresh","AccessControlPolicy":{"Grants":[]}})", "MalformedACLError"},
           {R"({"Bucket":"fresh","GrantRead":"id=\"abc\""})", "fine"},
       })
    EXPECT_EQ(code("PutBucketAcl", input), expected) << input;
}

TEST_F(Settings, EncryptionIsRecordedAndAnswered) {
  EXPECT_EQ(get("PutObject", R"({"Bucket":"b","Key":"p","Body":"x"})").text("ServerSideEncryption"),
            "AES256");
  const Value made = call("kms", "CreateKey").value_or(Value());
  const std::string arn = made["KeyMetadata"].text("Arn"), id = made["KeyMetadata"].text("KeyId");
  const Value put = get("PutObject", object({{"Bucket", "b"},
                                             {"Key", "e"},
                                             {"Body", "x"},
                                             {"ServerSideEncryption", "aws:kms"},
                                             {"SSEKMSKeyId", id}}));
  EXPECT_EQ(put.text("SSEKMSKeyId"), arn);
  EXPECT_EQ(get("HeadObject", R"({"Bucket":"b","Key":"e"})").text("SSEKMSKeyId"), arn);
  const Value managed = get("PutObject", R"({"Bucket":"b","Key":"m","Body":"x",
                                             "ServerSideEncryption":"aws:kms"})");
  EXPECT_NE(managed.text("SSEKMSKeyId"), arn);
  EXPECT_TRUE(call("kms", "DescribeKey", R"({"KeyId":"alias/aws/s3"})"));
  get("PutBucketEncryption",
      object({{"Bucket", "b"},
              {"ServerSideEncryptionConfiguration",
               json(R"({"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"aws:kms",
                        "KMSMasterKeyID":")" +
                    arn + R"("},"BucketKeyEnabled":true}]})")}}));
  const Value usual = get("PutObject", R"({"Bucket":"b","Key":"u","Body":"x"})");
  EXPECT_EQ(usual.text("SSEKMSKeyId"), arn);
  EXPECT_TRUE(usual.flag("BucketKeyEnabled"));

  become("other");  // may do anything in S3, nothing in KMS
  EXPECT_EQ(code("GetObject", R"({"Bucket":"b","Key":"e"})"), "AccessDenied");
  EXPECT_EQ(code("GetObject", R"({"Bucket":"b","Key":"m"})"), "fine")
      << "the key that AWS manages lets the account through S3";
  EXPECT_EQ(code("PutObject", R"({"Bucket":"b","Key":"u","Body":"y"})"), "AccessDenied");
  become("root");
  ASSERT_TRUE(call("kms", "DisableKey", object({{"KeyId", id}})));
  EXPECT_EQ(code("GetObject", R"({"Bucket":"b","Key":"e"})"), "KMS.DisabledException");
  struct Case {
    const char* members;
    const char* expected;
  };
  for (const auto& [members, expected] : std::vector<Case>{
           {R"("ServerSideEncryption":"rot13")", "InvalidEncryptionAlgorithmError"},
           {R"("SSEKMSKeyId":"alias/aws/s3")", "InvalidArgument"},
           {R"("ServerSideEncryption":"aws:kms","SSEKMSKeyId":"alias/none")",
            "KMS.NotFoundException"},
           {R"("SSECustomerAlgorithm":"AES256")", "InvalidRequest"},
       })
    EXPECT_EQ(
        code("PutObject", std::string(R"({"Bucket":"b","Key":"z","Body":"",)") + members + "}"),
        expected)
        << members;
}

TEST_F(Settings, WritesKeepToTheirConditions) {
  struct Case {
    const char* input;
    const char* expected;
  };
  for (const auto& [input, expected] : std::vector<Case>{
           {R"({"Bucket":"b","Key":"k","Body":"y","IfNoneMatch":"*"})", "PreconditionFailed"},
           {R"({"Bucket":"b","Key":"w","Body":"y","IfNoneMatch":"*"})", "fine"},
           {R"({"Bucket":"b","Key":"w","Body":"y","IfNoneMatch":"abc"})", "NotImplemented"},
           {R"({"Bucket":"b","Key":"w","Body":"z","IfMatch":"415290769594460e2e485922904f345d"})",
            "fine"},
           {R"({"Bucket":"b","Key":"w","Body":"z","IfMatch":"415290769594460e2e485922904f345d"})",
            "PreconditionFailed"},
           {R"({"Bucket":"b","Key":"absent","Body":"z","IfMatch":"x"})", "NoSuchKey"},
       })
    EXPECT_EQ(code("PutObject", input), expected) << input;
}

TEST_F(Settings, AttributesOfAnObjectAreToldOnRequest) {
  get("PutObject", R"({"Bucket":"b","Key":"k","Body":"xyz","ChecksumAlgorithm":"SHA256"})");
  const Value answer = get("GetObjectAttributes",
                           R"({"Bucket":"b","Key":"k",
                               "ObjectAttributes":["ETag","ObjectSize","Checksum","StorageClass"]})");
  EXPECT_EQ(answer.integer("ObjectSize"), 3);
  EXPECT_EQ(answer.text("ETag"), "d16fb36f0911f878998c136191af705e");
  EXPECT_FALSE(answer["Checksum"].text("ChecksumSHA256").empty());
  EXPECT_EQ(answer.text("StorageClass"), "STANDARD");
}

}  // namespace
}  // namespace stint::cloud
