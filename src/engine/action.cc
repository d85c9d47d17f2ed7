// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/action.h"

#include <algorithm>
#include <array>

namespace stint::engine {
namespace {

constexpr std::array<std::string_view, 9> reading = {
    "Describe", "Get", "List", "Head", "Lookup", "Search", "Select", "Simulate", "Preview"};
// "BatchGetItem", "BatchDescribe..." read too; "BatchWriteItem" does not.
constexpr std::array<std::string_view, 3> batch_reading = {"BatchGet", "BatchDescribe",
                                                           "BatchCheck"};
constexpr std::array<std::string_view, 24> settling = {
    "Add",    "Allocate",   "Associate", "Attach",  "Authorize",    "Create",
    "Delete", "Deregister", "Detach",    "Disable", "Disassociate", "Enable",
    "Modify", "Put",        "Register",  "Remove",  "Replace",      "Reset",
    "Revoke", "Set",        "Start",     "Stop",    "Tag",          "Update"};
// Creations that a look by name finds again.
constexpr std::array<std::string_view, 5> named = {"iam.CreateInstanceProfile", "iam.CreateRole",
                                                   "iam.CreateUser", "s3.CreateBucket",
                                                   "ssm.CreateDocument"};
// Setting calls whose names do not say so.
constexpr std::array<std::string_view, 6> settled_too = {
    "ec2.CreateTags",    "ec2.RebootInstances", "ec2.TerminateInstances",
    "ec2.UntagResource", "s3.CopyObject",       "ssm.CancelCommand"};
// Creations, allocations and sends that happen anew each time.
constexpr std::array<std::string_view, 5> once = {"Allocate", "Create", "Start", "Register", "Add"};
constexpr std::array<std::string_view, 4> once_not = {"iam.AddRoleToInstanceProfile",
                                                      "iam.AddUserToGroup", "ec2.StartInstances",
                                                      "ssm.AddTagsToResource"};

bool starts_with_any(std::string_view text, auto& prefixes) {
  return std::ranges::any_of(prefixes, [&](std::string_view p) { return text.starts_with(p); });
}

}  // namespace

CallClass classify(std::string_view service, std::string_view operation, bool has_token) {
  static_assert(std::ranges::is_sorted(named));
  static_assert(std::ranges::is_sorted(settled_too));
  std::string whole = std::string(service) + '.' + std::string(operation);
  if (starts_with_any(operation, reading) || starts_with_any(operation, batch_reading))
    return CallClass::read;
  if (whole == "ssm.SendCommand") return CallClass::message;
  if (has_token) return CallClass::token;
  if (std::ranges::binary_search(named, whole)) return CallClass::named;
  if (std::ranges::binary_search(settled_too, whole)) return CallClass::settled;
  if (starts_with_any(operation, once) && std::ranges::find(once_not, whole) == once_not.end())
    return CallClass::unknown;
  if (starts_with_any(operation, settling) || operation.starts_with("Untag"))
    return CallClass::settled;
  return CallClass::unknown;
}

const Action* find_action(ActionTable table, std::string_view name) {
  auto found = std::ranges::lower_bound(table, name, {},
                                        [](const Action& action) { return action.spec.name; });
  return found != table.end() && found->spec.name == name ? &*found : nullptr;
}

bool is_throttling(const Error& error) {
  return error.code == Code::throttled || error.name == "Throttling" ||
         error.name == "ThrottlingException" || error.name == "RequestLimitExceeded" ||
         error.name == "TooManyRequestsException" || error.name == "SlowDown";
}

Fail input_failure(std::string_view cause) {
  Fail fail;
  fail.failure.stage = "InputValidation";
  fail.failure.type = "Verification";
  fail.failure.message = "Step fails when it is validating and resolving the step inputs. ";
  fail.failure.message += cause;
  fail.failure.message += failure_tail;
  fail.final = true;  // C-19: the same inputs would fail again
  return fail;
}

Fail call_failure(std::string_view operation, const Error& error) {
  Fail fail;
  if (error.code == Code::invalid && error.name == "ParamValidation") {
    fail = input_failure(error.message);
    fail.failure.code = error.name;
    return fail;
  }
  fail.failure.stage = "Invocation";
  fail.failure.code = error.name;
  const bool permission = error.code == Code::denied || error.name.starts_with("AccessDenied") ||
                          error.name.starts_with("Unauthorized");
  fail.failure.type = permission ? "Permission" : is_throttling(error) ? "Throttling" : "Action";
  std::string& text = fail.failure.message;
  text = "Step fails when it is Execute/Cancelling action. ";
  if (error.name.empty()) {
    text += error.message;  // no answer from AWS: the sentence of our own transport
  } else {
    text += "An error occurred (" + error.name + ") when calling the ";
    text += operation;
    text += " operation: " + error.message;
  }
  if (!text.ends_with('.')) text += '.';
  text += failure_tail;
  return fail;
}

}  // namespace stint::engine
