// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// What the tests of this program add up to: every error that the model declares for an operation
// was answered, with its status, or is excused below. So a new operation, or a newer model, asks
// for its tests. (That every operation can be done is shown by real clients: tests/e2e.)
#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "aws/embedded.h"
#include "base/text.h"
#include "cloud/testing.h"

namespace stint::cloud {
namespace {

using cloud::testing::Outcome;
using cloud::testing::outcomes;

/// Errors that a model declares and no call can cause here.
struct Excuse {
  std::string_view service;
  std::string_view operations;  ///< names with blanks between them, "Delete*"; empty: all
  std::string_view codes;       ///< with blanks between them
  std::string_view why;
};

constexpr std::string_view nothing_fails = "nothing fails by itself here";
constexpr std::string_view one_by_one = "one call is made after another";
constexpr std::string_view no_quota = "a quota so high that it is not kept";
constexpr std::string_view not_there = "what it is about is not there";
constexpr std::string_view takes_away = "an operation that only takes away or renames";
constexpr std::string_view state_lets = "KMS's table of key states lets it through";
constexpr Excuse excuses[] = {
    {"iam", "", "ServiceFailure PolicyEvaluation", nothing_fails},
    {"iam", "", "ConcurrentModification EntityTemporarilyUnmodifiable", one_by_one},
    {"iam",
     "CreateAccountAlias Delete* Detach* Remove* SetDefaultPolicyVersion UpdateAccessKey "
     "UpdateGroup UpdateUser",
     "LimitExceeded", takes_away},
    {"iam", "ListAttached* UntagInstanceProfile", "InvalidInput", "nothing in it can be wrong"},
    {"iam", "RemoveRoleFromInstanceProfile", "UnmodifiableEntity",
     "a service's role is in no profile"},
    {"iam", "AddRoleToInstanceProfile", "EntityAlreadyExists", "LimitExceeded says it"},
    {"iam", "CreateGroup CreateServiceLinkedRole UpdateAccountPasswordPolicy", "NoSuchEntity",
     "they name nothing"},
    {"iam", "UpdateAccountPasswordPolicy", "MalformedPolicyDocument LimitExceeded",
     "ValidationError says it"},

    {"kms", "", "DependencyTimeoutException KMSInternalException KeyUnavailableException",
     nothing_fails},
    {"kms", "CreateAlias CreateGrant EnableKey UpdateAlias", "LimitExceededException", no_quota},
    {"kms",
     "DeleteAlias GetKeyPolicy ListGrants ListKeyPolicies PutKeyPolicy RetireGrant RevokeGrant",
     "KMSInvalidStateException", state_lets},
    {"kms", "CreateKey GenerateRandom",
     "CustomKeyStoreInvalidStateException CloudHsmClusterInvalidConfigurationException "
     "XksKeyInvalidConfigurationException XksKeyAlreadyInUseException XksKeyNotFoundException",
     "there are no custom key stores"},
    {"kms", "CreateKey", "InvalidArnException", "it names nothing by its ARN"},
    {"kms", "GenerateDataKey*", "InvalidKeyUsageException", "there are no asymmetric keys"},
    {"kms", "DisableKeyRotation EnableKeyRotation GenerateRandom GetKeyRotationStatus PutKeyPolicy",
     "UnsupportedOperationException", "there are no asymmetric keys"},
    {"kms", "ListRetirableGrants", "NotFoundException", "a principal's list may be empty"},

    {"logs", "", "OperationAbortedException", one_by_one},
    {"logs", "", "ServiceUnavailableException", nothing_fails},
    {"logs", "CreateLogGroup", "LimitExceededException", no_quota},
    {"logs", "PutLogEvents", "InvalidSequenceTokenException DataAlreadyAcceptedException",
     "sequence tokens are ignored, as AWS does since 2023"},

    {"s3", "CopyObject GetObject", "ObjectNotInActiveTierError InvalidObjectState",
     "nothing is archived"},
    {"s3", "HeadBucket HeadObject", "NoSuchBucket NoSuchKey",
     "an answer to HEAD has only a status"},

    {"sns", "", "InternalError", nothing_fails},
    {"sns", "", "StaleTag TagPolicy ConcurrentAccess", one_by_one},
    {"sns", "", "SubscriptionLimitExceeded FilterPolicyLimitExceeded TopicLimitExceeded", no_quota},
    {"sns", "", "InvalidSecurity", "requests need no TLS on loopback"},
    {"sns", "DeleteTopic Unsubscribe", "NotFound", "what is gone already is gone"},
    {"sns", "Publish*", "EndpointDisabled PlatformApplicationDisabled KMSOptInRequired", not_there},
    {"sns", "Publish*", "KMSThrottling", nothing_fails},
    {"sns", "Publish*", "ValidationException", "InvalidParameter says it"},
    {"sns", "PublishBatch", "ParameterValueInvalid", "it is told of the entry"},
    {"sns", "UntagResource", "TagLimitExceeded", takes_away},

    {"sqs", "DeleteMessage", "InvalidIdFormat", "ReceiptHandleIsInvalid says it"},
    {"sqs", "SendMessage SendMessageBatch", "AWS.SimpleQueueService.UnsupportedOperation",
     "InvalidParameterValue says it"},

    {"ssm", "", "InternalServerError", nothing_fails},
    {"ssm", "", "TooManyUpdates", one_by_one},
    {"ssm", "DeleteDocument", "AssociatedInstances", not_there},
    {"ssm", "GetCommandInvocation", "InvalidCommandId InvalidInstanceId",
     "InvocationDoesNotExist says it"},
    {"ssm", "GetInventory", "InvalidInventoryGroupException", not_there},
    {"ssm", "GetInventory", "InvalidTypeNameException",
     "InvalidFilter and InvalidResultAttributeException say it"},
    {"ssm", "PutInventory", "InvalidInventoryItemContextException", not_there},
    {"ssm", "PutInventory", "SubTypeCountLimitExceededException", no_quota},
    {"ssm", "SendCommand", "InvalidOutputFolder", "the bucket is looked for when output comes"},
    {"ssm", "UpdateDocumentDefaultVersion", "InvalidDocumentSchemaVersion",
     "a document that cannot be used is never kept"},

    {"sts", "", "RegionDisabledException", "all Regions are enabled"},
    {"sts", "AssumeRole", "ExpiredTokenException", "ExpiredToken says it"},
    {"sts", "AssumeRoleWithWebIdentity", "IDPRejectedClaim IDPCommunicationError",
     "no identity provider is asked"},
};

bool names(std::string_view list, std::string_view name) {
  for (const std::string_view each : split(list, ' '))
    if (each.ends_with('*') ? name.starts_with(each.substr(0, each.size() - 1)) : name == each)
      return true;
  return false;
}

bool excuses_it(const Excuse& excuse, std::string_view service, std::string_view operation,
                std::string_view code) {
  return excuse.service == service && names(excuse.codes, code) &&
         (excuse.operations.empty() || names(excuse.operations, operation));
}

/// The status of a declared error; where the model says nothing, its protocol's. 0: S3's, which its
/// model does not have.
int status_of(const aws::Service& model, const aws::Shape& error) {
  if (error.error_status() != 0) return error.error_status();
  return model.protocol() == aws::Protocol::rest_xml ? 0 : error.fault() ? 500 : 400;
}

struct Sum {
  int operations = 0, errors = 0, excused = 0;
  std::vector<std::string> wrong;
};

Sum add_up(const ServiceTable& table, const aws::Service& model) {
  Sum sum;
  for (const Operation& operation : table.operations) {
    const auto modelled = model.find(operation.name);
    if (!modelled) continue;  // of one service only: what the model lacks is wire form
    ++sum.operations;
    const auto outcome = [&](std::string_view code) {
      return outcomes().find(
          Outcome{std::string(table.service), std::string(operation.name), std::string(code)});
    };
    for (const aws::Shape& error : modelled->errors()) {
      const std::string_view code = error.error_code();
      const bool excused = std::ranges::any_of(excuses, [&](const Excuse& excuse) {
        return excuses_it(excuse, table.service, operation.name, code);
      });
      const auto seen = outcome(code);
      const bool answered = seen != outcomes().end();
      if (answered == excused)
        sum.wrong.push_back(fmt::format("{} {} {} {}", table.service, operation.name, code,
                                        excused ? "is excused, yet answered" : "has no test"));
      const int right = status_of(model, error);
      if (answered && seen->second != 0 && right != 0 && seen->second != right)
        sum.wrong.push_back(fmt::format("{} {} {} has the status {}, not {}", table.service,
                                        operation.name, code, seen->second, right));
      ++(excused ? sum.excused : sum.errors);
    }
  }
  return sum;
}

/// Adds up when all tests are through; a part of them (a filter, a shard) proves nothing.
class Coverage : public ::testing::Environment {
 public:
  void TearDown() override {
    const auto& all = *::testing::UnitTest::GetInstance();
    if (all.test_to_run_count() != all.total_test_count()) return;
    aws::Models models({.embedded = aws::embedded_models(), .debian_path = {}});
    Sum total;
    for (const ServiceTable& table : services()) {
      auto model = models.service(table.service);
      ASSERT_TRUE(model) << model.error().message;
      const Sum sum = add_up(table, **model);
      for (const std::string& wrong : sum.wrong) ADD_FAILURE() << wrong;
      total.operations += sum.operations;
      total.errors += sum.errors;
      total.excused += sum.excused;
    }
    fmt::print("{} operations, {} declared errors answered, {} excused\n", total.operations,
               total.errors, total.excused);
  }
};
const auto* const coverage = ::testing::AddGlobalTestEnvironment(new Coverage);

TEST(Coverage, ExcusesOnlyWhatTheModelsDeclare) {
  aws::Models models({.embedded = aws::embedded_models(), .debian_path = {}});
  for (const Excuse& excuse : excuses) {
    auto model = models.service(excuse.service);
    ASSERT_TRUE(model) << model.error().message;
    std::set<std::string_view> codes, operations;
    for (const std::string_view name : (*model)->operations())
      for (const aws::Shape& error : (*model)->find(name)->errors())
        if (excuses_it(excuse, excuse.service, name, error.error_code())) {
          codes.insert(error.error_code());
          operations.insert(name);
        }
    EXPECT_FALSE(excuse.why.empty());
    for (const std::string_view code : split(excuse.codes, ' '))
      EXPECT_TRUE(codes.contains(code)) << excuse.service << " " << code;
    if (excuse.operations.empty()) continue;
    for (const std::string_view pattern : split(excuse.operations, ' '))
      EXPECT_TRUE(std::ranges::any_of(operations,
                                      [&](std::string_view name) { return names(pattern, name); }))
          << excuse.service << " " << pattern;
  }
}

}  // namespace
}  // namespace stint::cloud
