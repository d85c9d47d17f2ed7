// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/s3/settings.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "cloud/s3/bucket.h"

namespace stint::cloud::s3 {
namespace {

constexpr std::size_t most_rules = 1000;

std::unexpected<Error> invalid_argument(std::string text) {
  return fault("InvalidArgument", std::move(text));
}
std::unexpected<Error> invalid_request(std::string text) {
  return fault("InvalidRequest", std::move(text));
}

bool one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

Result<void> check_accelerate(Call&, const Bucket& bucket, Value& in) {
  if (bucket.name.find('.') != std::string::npos)
    return invalid_request(
        "S3 Transfer Acceleration is not supported for buckets with periods (.) in their names");
  if (!one_of(in.text("Status"), {"Enabled", "Suspended"})) return malformed_xml();
  return {};
}

Result<void> check_cors(Call&, const Bucket&, Value& in) {
  const Value::List& rules = in.items("CORSRules");
  if (rules.empty() || rules.size() > 100) return malformed_xml();
  for (const Value& rule : rules) {
    if (rule.items("AllowedMethods").empty() || rule.items("AllowedOrigins").empty())
      return malformed_xml();
    for (const Value& method : rule.items("AllowedMethods"))
      if (!method.is_text() || !one_of(method.as_text(), {"DELETE", "GET", "HEAD", "POST", "PUT"}))
        return invalid_request(
            fmt::format("Found unsupported HTTP method in CORS config. Unsupported method is {}",
                        method.is_text() ? method.as_text() : std::string()));
    for (const auto& [member, shown] :
         {std::pair{"AllowedOrigins", "AllowedOrigin"}, {"AllowedHeaders", "AllowedHeader"}})
      for (const Value& one : rule.items(member))
        if (one.is_text() && std::ranges::count(one.as_text(), '*') > 1)
          return invalid_request(
              fmt::format("{} \"{}\" can not have more than one wildcard.", shown, one.as_text()));
    for (const Value& one : rule.items("ExposeHeaders"))
      if (one.is_text() && one.as_text().find('*') != std::string::npos)
        return invalid_request(
            fmt::format("ExposeHeader \"{}\" contains wildcard. We currently do not support "
                        "wildcard for ExposeHeader.",
                        one.as_text()));
  }
  return {};
}

Result<void> check_encryption(Call&, const Bucket&, Value& in) {
  if (in.items("Rules").size() != 1) return malformed_xml();
  const Value& standard = in.items("Rules")[0]["ApplyServerSideEncryptionByDefault"];
  const std::string& algorithm = standard.text("SSEAlgorithm");
  if (!one_of(algorithm, {"AES256", "aws:kms", "aws:kms:dsse"})) return malformed_xml();
  if (algorithm == "AES256" && !standard.text("KMSMasterKeyID").empty())
    return invalid_argument(
        "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms");
  return {};
}

Result<void> check_expiration(const Value& expiration) {
  if (!expiration.is_object()) return {};
  const int given = (expiration.find("Days") ? 1 : 0) + (expiration.find("Date") ? 1 : 0) +
                    (expiration.find("ExpiredObjectDeleteMarker") ? 1 : 0);
  if (given != 1) return malformed_xml();
  if (expiration.find("Days") && expiration.integer("Days") < 1)
    return invalid_argument("'Days' for Expiration action must be a positive integer");
  return {};
}

Result<void> check_lifecycle(Call& call, const Bucket&, Value& in) {
  const std::size_t count = in.items("Rules").size();
  if (count == 0 || count > most_rules) return malformed_xml();
  std::set<std::string> ids;
  Value::List rules = in.items("Rules");
  for (Value& rule : rules) {
    if (!one_of(rule.text("Status"), {"Enabled", "Disabled"})) return malformed_xml();
    if (!rule.find("Filter") == !rule.find("Prefix")) return malformed_xml();
    if (rule.text("ID").size() > 255)
      return invalid_argument("ID length should not exceed allowed limit of 255");
    const bool acts = std::ranges::any_of(
        std::initializer_list<const char*>{"AbortIncompleteMultipartUpload", "Expiration",
                                           "NoncurrentVersionExpiration",
                                           "NoncurrentVersionTransitions", "Transitions"},
        [&](const char* action) { return rule.find(action) != nullptr; });
    if (!acts) return invalid_request("At least one action needs to be specified in a rule");
    TRY(check_expiration(rule["Expiration"]));
    if (rule.text("ID").empty()) rule.set("ID", call.state.random.uuid());
    if (!ids.insert(rule.text("ID")).second)
      return invalid_argument(
          fmt::format("Rule ID must be unique. Found same ID for more than one rule"));
  }
  in.set("Rules", Value(std::move(rules)));
  return {};
}

Result<void> check_logging(Call& call, const Bucket& bucket, Value& in) {
  const Value& enabled = in["LoggingEnabled"];
  if (!enabled.is_object()) return {};
  const Bucket* target = call.state.s3.buckets.find(enabled.text("TargetBucket"));
  if (!target)
    return fault("InvalidTargetBucketForLogging", "The target bucket for logging does not exist");
  if (target->account != bucket.account)
    return fault("InvalidTargetBucketForLogging",
                 "The owner for the bucket to be logged and the target bucket must be the same.");
  if (target->region != bucket.region)
    return fault("CrossLocationLoggingProhibited", "Cross S3 location logging not allowed. ", 403,
                 Code::denied);
  return {};
}

Result<void> check_notification(Call& call, const Bucket&, Value& in) {
  for (const char* kind :
       {"LambdaFunctionConfigurations", "QueueConfigurations", "TopicConfigurations"}) {
    if (!in.find(kind)) continue;
    Value::List rows = in.items(kind);
    for (Value& row : rows) {
      for (const Value& event : row.items("Events"))
        if (!event.is_text() || !event.as_text().starts_with("s3:"))
          return invalid_argument("The event is not supported for notifications");
      for (const Value& rule : row["Filter"]["Key"].items("FilterRules"))
        if (!one_of(lower(rule.text("Name")), {"prefix", "suffix"}))
          return invalid_argument("filter rule name must be either prefix or suffix");
      if (row.text("Id").empty()) row.set("Id", call.state.random.uuid());
    }
    in.set(kind, Value(std::move(rows)));
  }
  return {};
}

Result<void> check_ownership(Call&, const Bucket& bucket, Value& in) {
  if (in.items("Rules").size() != 1) return malformed_xml();
  const std::string& wanted = in.items("Rules")[0].text("ObjectOwnership");
  if (!one_of(wanted, {"BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"}))
    return malformed_xml();
  const bool open = std::ranges::any_of(
      bucket.acl.is_list() ? bucket.acl.as_list() : Value::List(), [&](const Value& grant) {
        return grant["Grantee"].text("ID") != canonical_id(bucket.account);
      });
  if (wanted == "BucketOwnerEnforced" && open)
    return fault("InvalidBucketAclWithObjectOwnership",
                 "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting");
  return {};
}

Result<void> check_public_access(Call&, const Bucket&, Value& in) {
  for (const char* name :
       {"BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"})
    if (!in.find(name)) in.set(name, false);
  return {};
}

Result<void> check_replication(Call&, const Bucket& bucket, Value& in) {
  if (bucket.versioning != "Enabled")
    return invalid_request(
        "Versioning must be 'Enabled' on the bucket to apply a replication configuration");
  if (in.text("Role").empty() || in.items("Rules").empty()) return malformed_xml();
  return {};
}

Result<void> check_payment(Call&, const Bucket&, Value& in) {
  if (!one_of(in.text("Payer"), {"BucketOwner", "Requester"})) return malformed_xml();
  return {};
}

Result<void> check_website(Call&, const Bucket&, Value& in) {
  const Value& redirect = in["RedirectAllRequestsTo"];
  if (redirect.is_object()) {
    if (redirect.text("HostName").empty()) return malformed_xml();
    if (in.find("IndexDocument") || in.find("ErrorDocument") || in.find("RoutingRules"))
      return invalid_argument(
          "A redirect of all requests excludes an index document, an error document and routing "
          "rules");
    return {};
  }
  const std::string& suffix = in["IndexDocument"].text("Suffix");
  if (!in.find("IndexDocument"))
    return invalid_argument(
        "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty");
  if (suffix.empty() || suffix.find('/') != std::string::npos)
    return invalid_argument("The IndexDocument Suffix is not well formed");
  return {};
}

/// An empty notification or logging configuration takes the old one away.
bool clears(const Setting& setting, const Value& given) {
  if (setting.name != "Logging" && setting.name != "Notification") return false;
  return !given.is_object() || given.size() == 0;
}

}  // namespace

std::unexpected<Error> malformed_xml() {
  return fault("MalformedXML",
               "The XML you provided was not well-formed or did not validate against our "
               "published schema");
}

const Setting accelerate{"Accelerate", "AccelerateConfiguration", false, {}, {}, check_accelerate};
const Setting cors{"Cors",
                   "CORSConfiguration",
                   false,
                   "NoSuchCORSConfiguration",
                   "The CORS configuration does not exist",
                   check_cors};
const Setting encryption_setting{"Encryption",    "ServerSideEncryptionConfiguration", true, {}, {},
                                 check_encryption};
const Setting lifecycle{"Lifecycle",
                        "LifecycleConfiguration",
                        false,
                        "NoSuchLifecycleConfiguration",
                        "The lifecycle configuration does not exist",
                        check_lifecycle};
const Setting logging{"Logging", "BucketLoggingStatus", false, {}, {}, check_logging};
const Setting notification{"Notification",    "NotificationConfiguration", false, {}, {},
                           check_notification};
const Setting ownership{"OwnershipControls",
                        "OwnershipControls",
                        true,
                        "OwnershipControlsNotFoundError",
                        "The bucket ownership controls were not found",
                        check_ownership};
const Setting public_access_block{"PublicAccessBlock",
                                  "PublicAccessBlockConfiguration",
                                  true,
                                  "NoSuchPublicAccessBlockConfiguration",
                                  "The public access block configuration was not found",
                                  check_public_access};
const Setting replication{"Replication",
                          "ReplicationConfiguration",
                          true,
                          "ReplicationConfigurationNotFoundError",
                          "The replication configuration was not found",
                          check_replication};
const Setting request_payment{"RequestPayment", "RequestPaymentConfiguration", false, {}, {},
                              check_payment};
const Setting website{"Website",
                      "WebsiteConfiguration",
                      false,
                      "NoSuchWebsiteConfiguration",
                      "The specified bucket does not have a website configuration",
                      check_website};

Result<Value> put_setting(Call& call, const Value& in, const Setting& setting) {
  const Bucket* bucket = TRY(find_bucket(call, in));
  Value given = in[setting.member];
  const bool cleared = clears(setting, given);
  if (!cleared) {
    if (!given.is_object()) return malformed_xml();
    TRY(setting.check(call, *bucket, given));
  }
  const std::string name(setting.name);
  const bool held = bucket->settings.contains(name);
  call.effect = cleared ? (held ? "deleted" : "none") : held ? "changed" : "created";
  auto& settings = call.state.s3.buckets.edit(in.text("Bucket"))->settings;
  if (cleared)
    settings.erase(name);
  else
    settings[name] = std::move(given);
  return Value(Object());
}

Result<Value> get_setting(Call& call, const Value& in, const Setting& setting) {
  const Bucket* bucket = TRY(find_bucket(call, in));
  auto held = bucket->settings.find(std::string(setting.name));
  if (held == bucket->settings.end()) {
    if (setting.name == "RequestPayment") return object({{"Payer", "BucketOwner"}});
    if (setting.name == "Encryption") {
      // What every bucket has since January 2023.
      const Value rule =
          object({{"ApplyServerSideEncryptionByDefault", object({{"SSEAlgorithm", "AES256"}})},
                  {"BucketKeyEnabled", false}});
      return object({{setting.member, object({{"Rules", Value::list({rule})}})}});
    }
    if (setting.missing_code.empty()) return Value(Object());
    return fault(std::string(setting.missing_code), std::string(setting.missing_text), 404,
                 Code::not_found);
  }
  if (setting.whole) return object({{setting.member, held->second}});
  return held->second;
}

Result<Value> delete_setting(Call& call, const Value& in, const Setting& setting) {
  const Bucket* bucket = TRY(find_bucket(call, in));
  const std::string name(setting.name);
  if (!bucket->settings.contains(name)) return Value(Object());  // it is gone, as was asked
  call.effect = "deleted";
  call.state.s3.buckets.edit(in.text("Bucket"))->settings.erase(name);
  return Value(Object());
}

}  // namespace stint::cloud::s3
