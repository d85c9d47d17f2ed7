// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// What Systems Manager refuses, by operation; what one area has to say is in its own test.
#include <fmt/core.h>

#include "cloud/ssm/testing.h"

namespace stint::cloud::ssm {
namespace {

using cloud::testing::expect_refused;
using cloud::testing::Names;
using testing::Fleet;

constexpr const char* shell_content =
    R"("{\"schemaVersion\":\"2.2\",\"mainSteps\":[{\"action\":\"aws:runShellScript\",)"
    R"(\"name\":\"a\",\"inputs\":{\"runCommand\":[\"true\"]}}]}")";
constexpr const char* newer_content =
    R"("{\"schemaVersion\":\"2.2\",\"mainSteps\":[{\"action\":\"aws:runShellScript\",)"
    R"(\"name\":\"a\",\"inputs\":{\"runCommand\":[\"false\"]}}]}")";

struct SsmErrors : ::testing::Test, Fleet {
  Names names{{"node", testing::node},
              {"content", shell_content},
              {"newer", newer_content},
              {"command", "00000000-0000-4000-8000-000000000000"}};
  void made(const char* operation, const std::string& input) {
    auto answer = call("ssm", operation, cloud::testing::fill(input, names));
    EXPECT_TRUE(answer) << operation << ": " << answer.error().message;
  }
};

std::string with_name(const std::string& name, const std::string& more = {}) {
  return fmt::format(R"({{"Name":"{}"{}}})", name, more);
}

TEST_F(SsmErrors, DocumentsThatAreNotThereOrCannotBe) {
  made("CreateDocument", with_name("Doc", R"(,"Content":$content,"VersionName":"first")"));
  const std::string permission = R"(,"PermissionType":"Share","Metadata":"DocumentReviews")";
  expect_refused(
      *this, "ssm", names,
      {{"DeleteDocument DescribeDocument DescribeDocumentPermission GetDocument "
        "ListDocumentMetadataHistory ListDocumentVersions ModifyDocumentPermission UpdateDocument "
        "UpdateDocumentDefaultVersion UpdateDocumentMetadata",
        with_name("None", permission + R"(,"Content":$content,"DocumentVersion":"1")"),
        "InvalidDocument"},
       {"DescribeDocument GetDocument ListDocumentMetadataHistory UpdateDocument "
        "UpdateDocumentDefaultVersion UpdateDocumentMetadata",
        with_name("Doc", permission + R"(,"Content":$newer,"DocumentVersion":"9")"),
        "InvalidDocumentVersion"},
       {"DeleteDocument UpdateDocument", with_name("AWS-RunShellScript", R"(,"Content":$newer)"),
        "InvalidDocumentOperation"},
       {"UpdateDocument", with_name("Doc", R"(,"Content":$newer,"VersionName":"first")"),
        "DuplicateDocumentVersionName"},
       {"UpdateDocument", with_name("Doc", R"(,"Content":"{")"), "InvalidDocumentContent"},
       {"UpdateDocument",
        with_name("Doc", R"(,"Content":"{\"schemaVersion\":\"9.9\",\"mainSteps\":[]}")"),
        "InvalidDocumentSchemaVersion"},
       {"UpdateDocument",
        with_name("Doc", fmt::format(R"(,"Content":"{}")", std::string(70000, 'x'))),
        "MaxDocumentSizeExceeded"},
       {"ListDocumentVersions", with_name("Doc", R"(,"NextToken":"nonsense")"),
        "InvalidNextToken"}});
}

TEST_F(SsmErrors, ParametersThatAreNotThereOrDoNotOpen) {
  made("PutParameter", R"({"Name":"/a/sealed","Value":"x","Type":"SecureString"})");
  made("PutParameter", R"({"Name":"/b","Value":"x","Type":"String"})");
  ssm().keys = {};
  const std::string path = R"({"Path":"/a","ParameterFilters":[{"Key":"Type",)";
  expect_refused(
      *this, "ssm", names,
      {{"DeleteParameter GetParameter GetParameterHistory LabelParameterVersion "
        "UnlabelParameterVersion",
        with_name("/none", R"(,"ParameterVersion":1,"Labels":["l"])"), "ParameterNotFound"},
       {"LabelParameterVersion UnlabelParameterVersion",
        with_name("/b", R"(,"ParameterVersion":9,"Labels":["l"])"), "ParameterVersionNotFound"},
       {"GetParameterHistory", with_name("/b", R"(,"NextToken":"nonsense")"), "InvalidNextToken"},
       {"GetParameter GetParameterHistory GetParameters GetParametersByPath",
        R"({"Name":"/a/sealed","Names":["/a/sealed"],"Path":"/a","WithDecryption":true})",
        "InvalidKeyId"},
       {"GetParametersByPath", path + R"("Option":"Odd","Values":["String"]}]})",
        "InvalidFilterOption"},
       {"GetParametersByPath", path + R"("Option":"Equals"}]})", "InvalidFilterValue"}});
}

TEST_F(SsmErrors, TheParameterThatIsOneTooMany) {
  for (int i = 0; i < 10000; ++i) {
    std::string name = fmt::format("p{}", i);
    ssm().parameters.put(name, {.name = name, .versions = {{.version = 1}}});
  }
  expect_refused(*this, "ssm", names,
                 {{"PutParameter", with_name("new", R"(,"Value":"x","Type":"String")"),
                   "ParameterLimitExceeded"}});
}

TEST_F(SsmErrors, CommandsAndNodesThatAreNotThere) {
  const std::string filter = R"({"Filters":[{"key":"Odd","value":"x"}]})";
  shell("echo");
  names["sent"] = command;
  expect_refused(
      *this, "ssm", names,
      {{"CancelCommand ListCommandInvocations ListCommands", R"({"CommandId":"$command"})",
        "InvalidCommandId"},
       {"CancelCommand", R"({"CommandId":"$sent","InstanceIds":["i-00000000000000001"]})",
        "InvalidInstanceId"},
       {"ListCommandInvocations ListCommands", R"({"InstanceId":"nonsense"})", "InvalidInstanceId"},
       {"ListCommandInvocations ListCommands", filter, "InvalidFilterKey"},
       {"ListCommandInvocations ListCommands DescribeInstanceInformation",
        R"({"NextToken":"nonsense"})", "InvalidNextToken"},
       {"DescribeInstanceInformation",
        R"({"Filters":[{"Key":"InstanceIds","Values":["nonsense"]}]})", "InvalidInstanceId"},
       {"AddTagsToResource ListTagsForResource RemoveTagsFromResource",
        R"({"ResourceType":"Odd","ResourceId":"x"})", "InvalidResourceType"},
       {"AddTagsToResource ListTagsForResource RemoveTagsFromResource",
        R"({"ResourceType":"Document","ResourceId":"None"})", "InvalidResourceId"}});
}

}  // namespace
}  // namespace stint::cloud::ssm
