// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "aws/credentials.h"

#include <fmt/core.h>

#include "aws/profile.h"
#include "base/file.h"
#include "base/text.h"
#include "value/json.h"

namespace stint::aws {
namespace {
using namespace std::chrono_literals;
using Found = FoundCredentials;
using MaybeFound = std::optional<Found>;
constexpr Duration renew_before = 5min;

std::string variable(const CredentialSources& around, std::string_view name) {
  return around.environment ? around.environment(std::string(name)).value_or("") : std::string();
}

Result<MaybeFound> from_environment(const CredentialSources& around) {
  if (!around.profile.empty()) return MaybeFound();
  Credentials got{.access_key = variable(around, "AWS_ACCESS_KEY_ID"),
                  .secret_key = variable(around, "AWS_SECRET_ACCESS_KEY"),
                  .session_token = variable(around, "AWS_SESSION_TOKEN"),
                  .expires = {}};
  if (got.access_key.empty() && got.secret_key.empty()) return MaybeFound();
  if (got.access_key.empty() || got.secret_key.empty())
    return fail(
        Code::invalid,
        fmt::format("the environment has {} but not {}",
                    got.access_key.empty() ? "AWS_SECRET_ACCESS_KEY" : "AWS_ACCESS_KEY_ID",
                    got.access_key.empty() ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY"));
  return MaybeFound(Found{std::move(got), "the environment"});
}

/// Settings that say where credentials come from, but by a way that is not gone here.
constexpr std::string_view other_ways[] = {"role_arn", "credential_process", "sso_session",
                                           "sso_start_url", "web_identity_token_file"};

Result<MaybeFound> from_settings(const std::string& profile, const ProfileSettings& in) {
  auto setting = [&](const char* name) {
    auto found = in.settings.find(name);
    return found == in.settings.end() ? std::string() : found->second;
  };
  std::string place = fmt::format("profile {} of {}", profile, in.path);
  for (std::string_view way : other_ways)
    if (in.settings.contains(std::string(way)))
      return fail(
          Code::invalid,
          fmt::format("{} gets its credentials by {}, which stint does not read; put them "
                      "into the environment (aws configure export-credentials --profile {})",
                      place, way, profile));
  Credentials got{.access_key = setting("aws_access_key_id"),
                  .secret_key = setting("aws_secret_access_key"),
                  .session_token = setting("aws_session_token"),
                  .expires = {}};
  if (got.access_key.empty() && got.secret_key.empty()) return MaybeFound();
  if (got.access_key.empty() || got.secret_key.empty())
    return fail(Code::invalid, fmt::format("{} lacks {}", place,
                                           got.access_key.empty() ? "aws_access_key_id"
                                                                  : "aws_secret_access_key"));
  return MaybeFound(Found{std::move(got), std::move(place)});
}

Result<MaybeFound> from_files(const CredentialSources& around) {
  std::string profile = profile_name(around);
  bool exists = false;
  for (auto read : {shared_credentials, config}) {
    auto settings = TRY(read(around));
    if (!settings) continue;
    exists = true;
    MaybeFound found = TRY(from_settings(profile, *settings));
    if (found) return found;
  }
  if (!exists && profile_is_named(around))
    return fail(
        Code::invalid,
        fmt::format("the profile {} is in neither the credentials nor the config file", profile));
  return MaybeFound();
}

/// Reads what ECS, EKS and IMDS answer. Of a bad answer nothing is repeated: it may be secret.
Result<Credentials> read_answer(const net::Response& answer, const std::string& source, Time now) {
  if (answer.status != 200)
    return fail(Code::unavailable, fmt::format("{} answered with HTTP status {} instead of "
                                               "credentials",
                                               source, answer.status));
  auto unreadable = [&] {
    return fail(Code::unavailable, fmt::format("the answer of {} is not credentials", source));
  };
  Result<Value> value = parse_json(answer.body);
  if (!value) return unreadable();
  Credentials got{.access_key = value->text("AccessKeyId"),
                  .secret_key = value->text("SecretAccessKey"),
                  .session_token = value->text("Token"),
                  .expires = {}};
  if (got.access_key.empty() || got.secret_key.empty()) return unreadable();
  if (const std::string& until = value->text("Expiration"); !until.empty()) {
    Result<Time> time = parse_time(until);
    if (!time) return unreadable();
    if (*time <= now)
      return fail(Code::unavailable,
                  fmt::format("the credentials of {} ended at {}", source, iso8601(*time)));
    got.expires = *time;
  }
  return got;
}

/// "http://host:port" and "/path?query" of a URL.
std::pair<std::string, std::string> cut(const std::string& url) {
  std::size_t start = url.find("://");
  std::size_t slash =
      start == std::string::npos ? std::string::npos : url.find_first_of("/?#", start + 3);
  if (slash == std::string::npos) return {url, "/"};
  std::string target = url.substr(slash, url.find('#') - slash);
  return {url.substr(0, slash), target.starts_with('/') ? target : "/" + target};
}

/// Whether `text` is four decimal numbers below 256 with dots between: "127.evil.com" is a name.
bool is_ipv4(std::string_view text) {
  std::vector<std::string_view> parts = split(text, '.');
  if (parts.size() != 4) return false;
  for (std::string_view part : parts) {
    auto number = to_integer(part);
    if (part.empty() || part.size() > 3 || !number || *number < 0 || *number > 255) return false;
  }
  return true;
}

/// A token is sent there in clear: only to this machine, or to the agents of ECS and EKS. A name
/// (other than localhost) is not taken, because who answers for it is not known before it is asked.
bool may_have_token(std::string_view base) {
  if (base.starts_with("https://")) return true;
  if (!base.starts_with("http://")) return false;
  std::string_view host = base.substr(7);
  if (host.find('@') != std::string_view::npos) return false;
  host =
      host.starts_with('[') ? host.substr(0, host.find(']') + 1) : host.substr(0, host.find(':'));
  return host == "localhost" || host == "[::1]" || host == "169.254.170.2" ||
         host == "169.254.170.23" || host == "[fd00:ec2::23]" ||
         (host.starts_with("127.") && is_ipv4(host));
}

Result<MaybeFound> from_container(const CredentialSources& around, Time now) {
  std::string relative = variable(around, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  std::string full = variable(around, "AWS_CONTAINER_CREDENTIALS_FULL_URI");
  if (!around.transport || (relative.empty() && full.empty())) return MaybeFound();
  auto [base, target] = relative.empty() ? cut(full) : std::pair("http://169.254.170.2", relative);
  if (!may_have_token(base))
    return fail(Code::invalid,
                fmt::format("AWS_CONTAINER_CREDENTIALS_FULL_URI names {}, which is neither https "
                            "nor this machine",
                            base.substr(base.rfind('@') + 1)));
  net::Request request{.url = base, .target = target};
  std::string token = variable(around, "AWS_CONTAINER_AUTHORIZATION_TOKEN");
  std::string token_file = variable(around, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
  if (!token_file.empty()) {
    std::string content = TRY(read_file(token_file, 64u << 10));
    token = trim(content);
  }
  if (token.find_first_of("\r\n") != std::string::npos)
    return fail(Code::invalid, "the container's authorization token holds a line end");
  if (!token.empty()) request.headers.add("Authorization", token);
  net::Response answer = TRY(around.transport->send(request));
  std::string source = "the container endpoint " + base;
  Credentials got = TRY(read_answer(answer, source, now));
  return MaybeFound(Found{std::move(got), std::move(source)});
}

/// IMDSv2: a token first, the role's name with it, then the role's credentials.
Result<MaybeFound> from_imds(const CredentialSources& around, Time now) {
  if (!around.transport ||
      equals_ignore_case(variable(around, "AWS_EC2_METADATA_DISABLED"), "true"))
    return MaybeFound();
  constexpr std::string_view folder = "/latest/meta-data/iam/security-credentials/";
  std::string base = variable(around, "AWS_EC2_METADATA_SERVICE_ENDPOINT");
  bool named = !base.empty();
  if (!named) base = "http://169.254.169.254";
  while (base.ends_with('/')) base.pop_back();
  std::string source = "the instance metadata of " + base;
  net::Request ask{.method = "PUT", .url = base, .target = "/latest/api/token"};
  ask.headers.add("X-Aws-Ec2-Metadata-Token-Ttl-Seconds", "21600");
  Result<net::Response> token = around.transport->send(ask);
  // Not on EC2: nobody answers at the usual address, which is no fault. At a named one it is.
  if (!token && named) return fail(std::move(token).error());
  if (!token) return MaybeFound();
  if (token->status != 200)
    return fail(Code::unavailable, fmt::format("{} answered with HTTP status {} instead of a "
                                               "session token",
                                               source, token->status));
  auto get = [&](std::string target) {
    net::Request request{.url = base, .target = std::move(target)};
    request.headers.add("X-Aws-Ec2-Metadata-Token", token->body);
    return around.transport->send(request);
  };
  net::Response role = TRY(get(std::string(folder)));
  if (role.status == 404) return MaybeFound();  // the instance wears no profile
  std::string name(trim(std::string_view(role.body).substr(0, role.body.find('\n'))));
  if (role.status != 200 || name.empty())
    return fail(Code::unavailable, fmt::format("{} answered with HTTP status {} instead of a role",
                                               source, role.status));
  net::Response answer = TRY(get(std::string(folder) + percent_encode(name)));
  Credentials got = TRY(read_answer(answer, source, now));
  return MaybeFound(Found{std::move(got), std::move(source)});
}
}  // namespace

Result<FoundCredentials> locate_credentials(const CredentialSources& around, Time now) {
  MaybeFound found = TRY(from_environment(around));
  if (!found) found = TRY(from_files(around));
  if (!found) found = TRY(from_container(around, now));
  if (!found) found = TRY(from_imds(around, now));
  if (found) return std::move(*found);
  return fail(Code::not_found,
              "no AWS credentials were found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or "
              "AWS_PROFILE");
}

Result<Credentials> find_credentials(const CredentialSources& around, Time now) {
  FoundCredentials found = TRY(locate_credentials(around, now));
  return std::move(found.credentials);
}

Result<std::string> find_region(const CredentialSources& around) {
  for (std::string_view name : {"AWS_REGION", "AWS_DEFAULT_REGION"})
    if (std::string region = variable(around, name); !region.empty()) return region;
  // botocore reads it in either file; the config file is where it belongs.
  for (auto read : {config, shared_credentials}) {
    auto settings = TRY(read(around));
    if (!settings) continue;
    auto region = settings->settings.find("region");
    if (region != settings->settings.end() && !region->second.empty()) return region->second;
  }
  return fail(Code::not_found, "no Region is set: set AWS_REGION, or region in the profile");
}

Result<Credentials> RenewingCredentials::get(Time now) {
  if (held_ && (!held_->expires || *held_->expires - now > renew_before)) return *held_;
  Result<FoundCredentials> found = locate_credentials(around_, now);
  if (found) {
    held_ = std::move(found->credentials);
    return *held_;
  }
  if (held_ && *held_->expires > now) return *held_;
  return fail(std::move(found).error());
}

}  // namespace stint::aws
