// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "cloud/imds/credentials.h"

#include <fmt/core.h>

#include <algorithm>

#include "cloud/ec2/association.h"
#include "cloud/ec2/query.h"
#include "cloud/sts/sessions.h"
#include "value/json.h"

namespace stint::cloud::imds {
namespace {

using namespace std::chrono_literals;
constexpr Duration lifetime = 6h + 35min;
constexpr Duration refresh = 1h;

constexpr std::string_view help =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
    "troubleshoot_iam-ec2.html#troubleshoot_iam-ec2_errors-info-doc";

/// The session that was fetched last, unless it is over.
const sts::Session* held_session(const View& view, const ec2::Credentials* held) {
  if (!held || held->access_key.empty()) return nullptr;
  const sts::Session* session = view.cloud.state.sts.sessions.find(held->access_key);
  return session && view.now < session->expires ? session : nullptr;
}

const iam::Role* find_role(const View& view, const std::string& name) {
  return view.cloud.state.account(view.account).iam.roles.find(name);
}

std::string session_document(const sts::Session& session) {
  return print({{"Code", "Success"},
                {"LastUpdated", iso8601(session.issued)},
                {"Type", "AWS-HMAC"},
                {"AccessKeyId", session.access_key},
                {"SecretAccessKey", session.secret},
                {"Token", session.token},
                {"Expiration", iso8601(session.expires)}});
}

void keep(const View& view, const std::string& key, const std::string& role,
          const sts::Session& session) {
  view.ec2().credentials.put(key,
                             {.association = key, .role = role, .access_key = session.access_key});
}

}  // namespace

std::string print(const Object& object) {
  std::string out = "{";
  for (const auto& [key, value, where] : object)
    out += fmt::format("{}\n  \"{}\" : {}", out.size() > 1 ? "," : "", key, to_json(value));
  return out + "\n}";
}

const ec2::Association* known_association(const View& view) {
  return ec2::association_after(ec2::ties_of(view.ec2(), view.instance.id), view.now,
                                view.cloud.state.propagation.imds);
}

std::string served_role(const View& view, const ec2::Association& association) {
  const ec2::Credentials* held = view.ec2().credentials.find(association.id);
  const sts::Session* session = held_session(view, held);
  // Until the next hourly fetch nothing that happens in IAM shows.
  if (session && view.now < session->issued + refresh) return held->role;
  const iam::InstanceProfile* profile =
      ec2::find_profile(view.cloud.state, association.profile_arn);
  if (profile && !profile->role.empty()) return profile->role;
  if (session) return held->role;
  // Nobody asked while the profile still had its role, but EC2 had fetched it then.
  bool lately = profile ? view.now < profile->changed + lifetime : true;
  if (!held && lately && !association.role.empty() && find_role(view, association.role))
    return association.role;
  return {};
}

std::string info_document(const View& view, const ec2::Association& association) {
  const iam::InstanceProfile* profile =
      ec2::find_profile(view.cloud.state, association.profile_arn);
  std::string role = served_role(view, association);
  Object out;
  if (!profile && role.empty()) {
    out = {{"Code", "InstanceProfileNotFound"},
           {"Message", fmt::format("Instance Profile {} cannot be found. Please see documentation "
                                   "at {}.",
                                   association.profile_arn, help)}};
  } else {
    out = {{"Code", "Success"}};
    if (role.empty())
      out.append("Message", fmt::format("Instance Profile does not contain a role. Please see "
                                        "documentation at {}.",
                                        help));
  }
  out.append("LastUpdated", iso8601(association.started));
  out.append("InstanceProfileArn", association.profile_arn);
  out.append("InstanceProfileId", association.profile_id);
  return print(out);
}

std::string credentials_document(const View& view, const ec2::Association& association,
                                 const std::string& role_name) {
  const ec2::Credentials* held = view.ec2().credentials.find(association.id);
  const sts::Session* session = held_session(view, held);
  if (session && view.now < session->issued + refresh) return session_document(*session);
  // The first fetch was when the profile was associated; later ones need it to hold the role yet.
  const iam::InstanceProfile* profile =
      ec2::find_profile(view.cloud.state, association.profile_arn);
  bool fetchable = !held || (profile && profile->role == role_name);
  const iam::Role* role = find_role(view, role_name);
  if (fetchable && role && ec2::ec2_may_assume(view.cloud.state, *role)) {
    auto fetched = view.cloud.service_session(
        view.account, role_name, "ec2.amazonaws.com", view.instance.id,
        ec2::instance_arn(view.region, view.account, view.instance.id), lifetime, view.now);
    if (fetched) {
      keep(view, association.id, role_name, *fetched);
      return session_document(*fetched);
    }
  }
  if (session) return session_document(*session);  // the old ones for as long as they last
  return print({{"Code", "AssumeRoleUnauthorizedAccess"},
                {"Message", fmt::format("EC2 cannot assume the role {}. Please see documentation "
                                        "at {}.",
                                        role_name, help)},
                {"LastUpdated", iso8601(view.now)}});
}

std::string identity_credentials_document(const View& view) {
  const std::string key = "identity/" + view.instance.id;
  const ec2::Credentials* held = view.ec2().credentials.find(key);
  const sts::Session* session = held_session(view, held);
  if (session && view.now < session->issued + refresh) return session_document(*session);
  // Not a role of the account: arn:aws:sts::ACCOUNT:assumed-role/aws:ec2-instance/INSTANCE.
  sts::Session made{
      .account = view.account,
      .role = "aws:ec2-instance",
      .role_id = view.account + ":aws:ec2-instance",
      .name = view.instance.id,
      .source_instance = ec2::instance_arn(view.region, view.account, view.instance.id)};
  const sts::Session& started =
      sts::start_session(view.cloud.state, std::move(made), lifetime, view.now);
  keep(view, key, started.role, started);
  return session_document(started);
}

}  // namespace stint::cloud::imds
