// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "explore/damage.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "value/json.h"

namespace stint::explore {
namespace {

constexpr std::size_t most_probes = 400;  // (action, resource) pairs that two roles are compared by

bool is_association(std::string_view key) {
  return key.starts_with("ec2/") && key.contains("/associations/");
}
/// Things of these kinds give, or can give, somebody a permission.
bool gives_permission(const std::string& key) {
  static constexpr std::array<std::string_view, 7> kinds = {
      "iam role",       "iam profile", "iam policy", "iam user",
      "iam access_key", "iam group",   "kms grant"};
  return std::ranges::find(kinds, cloud::kind_of(key)) != kinds.end();
}

const cloud::ec2::Association* association_of(const cloud::State& state, std::string_view account,
                                              std::string_view region, std::string_view instance) {
  auto held = state.accounts.find(account);
  if (held == state.accounts.end()) return nullptr;
  auto place = held->second.regions.find(region);
  if (place == held->second.regions.end()) return nullptr;
  const cloud::ec2::Association* found = nullptr;
  for (const auto& [id, association] : place->second.ec2.associations)
    if (association->instance == instance && !association->ended &&
        (!found || found->started < association->started))
      found = association.get();
  return found;
}

std::string last_part(std::string_view arn) {
  return std::string(arn.substr(arn.rfind('/') + 1));
}

/// The texts of an element that is one text or a list of them.
std::vector<std::string> texts_of(const Value& value) {
  std::vector<std::string> out;
  if (value.is_text()) out.push_back(value.as_text());
  if (value.is_list())
    for (const Value& item : value.as_list())
      if (item.is_text()) out.push_back(item.as_text());
  return out;
}

/// An instance of a pattern: any text that it matches.
std::string sample(std::string pattern) {
  std::string out;
  for (const char c : pattern)
    out += c == '*' ? std::string("any") : std::string(1, c == '?' ? 'x' : c);
  return out;
}

struct Probe {
  std::string action, resource, shown;
  friend auto operator<=>(const Probe&, const Probe&) = default;
};

void add_probes(const std::string& document, std::set<Probe>& out) {
  Result<Value> read = parse_json(document);
  if (!read) return;
  const Value& statements = (*read)["Statement"];
  const Value::List list = statements.is_list() ? statements.as_list() : Value::List{statements};
  for (const Value& statement : list) {
    std::vector<std::string> resources = texts_of(statement["Resource"]);
    if (resources.empty()) resources = {"*"};
    for (const std::string& action : texts_of(statement["Action"]))
      for (const std::string& resource : resources)
        if (out.size() < most_probes)
          out.insert({action == "*" ? "any:Any" : sample(action), sample(resource),
                      action + " on " + resource});
  }
}

/// All policy documents of a role or user.
template <class Entity>
std::vector<std::string> documents_of(const cloud::iam::State& iam, const Entity& entity) {
  std::vector<std::string> out;
  for (const auto& [name, document] : entity.inlined) out.push_back(document);
  for (const std::string& arn : entity.attached)
    if (const cloud::iam::Policy* policy = iam.policies.find(arn))
      if (const cloud::iam::PolicyVersion* version = policy->default_version())
        out.push_back(version->document);
  out.push_back(entity.boundary);
  return out;
}

/// Whether a role of this name may, in one cloud.
class Power {
 public:
  Power(const cloud::State& state, std::string account, std::string role, Time now)
      : account_(std::move(account)), role_(std::move(role)), now_(now) {
    cloud_.state = state;
    const cloud::iam::State* iam = state.find_iam(account_);
    found_ = iam ? iam->roles.find(role_) : nullptr;
    if (found_) documents_ = documents_of(*iam, *found_);
    caller_.principal.kind = cloud::Principal::Kind::role_session;
    caller_.principal.account = account_;
    caller_.principal.name = role_;
    caller_.principal.session = "probe";
    caller_.principal.arn = "arn:aws:sts::" + account_ + ":assumed-role/" + role_ + "/probe";
    if (found_) caller_.principal.user_id = found_->id + ":probe";
  }
  bool may(const Probe& probe) const {
    return found_ &&
           cloud_.decide(caller_, probe.action, probe.resource, cloud_.state.default_region, now_)
               .allowed();
  }
  const std::vector<std::string>& documents() const { return documents_; }

 private:
  cloud::Cloud cloud_;
  std::string account_, role_;
  Time now_;
  const cloud::iam::Role* found_ = nullptr;
  std::vector<std::string> documents_;
  cloud::Caller caller_;
};

Difference probe_all(const Power& before, const Power& after, const std::vector<std::string>& a,
                     const std::vector<std::string>& b) {
  Difference out;
  std::set<Probe> probes;
  for (const std::string& document : a) add_probes(document, probes);
  for (const std::string& document : b) add_probes(document, probes);
  for (const Probe& probe : probes) {
    const bool was = before.may(probe), is = after.may(probe);
    if (is && !was) out.wider.push_back(probe.shown);
    if (was && !is) out.narrower.push_back(probe.shown);
  }
  return out;
}

void compare(const Power& before, const Power& after, Holder& holder, Differences& known) {
  std::vector<std::string> a = before.documents(), b = after.documents();
  std::ranges::sort(a);
  std::ranges::sort(b);
  if (a == b) return;
  const auto [found, fresh] = known.try_emplace({a, b});
  if (fresh) found->second = probe_all(before, after, a, b);
  holder.wider = found->second.wider;
  holder.narrower = found->second.narrower;
}

void raise(Damage& damage, Severity severity) {
  damage.severity = std::max(damage.severity, severity);
}

void judge_instance(const cloud::State& before, const cloud::State& after, const Expected& expected,
                    const std::string& expected_profile, const std::string& account,
                    const std::string& region, const std::string& instance, Time now,
                    Differences& known, Damage& damage) {
  const cloud::ec2::Association* was = association_of(before, account, region, instance);
  const cloud::ec2::Association* is = association_of(after, account, region, instance);
  Holder holder{.name = "instance " + instance,
                .before = was ? last_part(was->profile_arn) : "",
                .expected = last_part(expected_profile),
                .after = is ? last_part(is->profile_arn) : ""};
  const cloud::iam::State* iam = after.find_iam(account);
  const cloud::iam::InstanceProfile* profile =
      is && iam ? iam->profiles.find(holder.after) : nullptr;
  const bool foreign_delete =
      is && std::ranges::any_of(expected.foreign, [&](const std::string& key) {
        return key.contains("/profiles/") && last_part(key) == holder.after;
      });
  holder.dangling = is && !profile && !foreign_delete;
  if ((is ? is->profile_arn : "") == expected_profile && !holder.dangling) return;
  const std::string role_before = was ? was->role : "", role_after = profile ? is->role : "";
  compare(Power(before, account, role_before, now), Power(after, account, role_after, now), holder,
          known);
  raise(damage, holder.wider.empty() ? Severity::lost : Severity::escalation);
  damage.holders.push_back(std::move(holder));
}

/// Roles and users that were there before and have other policies now.
void judge_principals(const cloud::State& before, const cloud::State& after,
                      const std::string& account, Time now, Differences& known, Damage& damage) {
  const cloud::iam::State* was = before.find_iam(account);
  const cloud::iam::State* is = after.find_iam(account);
  if (!was || !is) return;
  if (was->roles.same_as(is->roles) && was->policies.same_as(is->policies)) return;
  for (const auto& [name, role] : was->roles) {
    const cloud::iam::Role* now_role = is->roles.find(name);
    if (!now_role) continue;
    if (now_role == role.get() && was->policies.same_as(is->policies)) continue;
    Holder holder{.name = "role " + name};
    compare(Power(before, account, name, now), Power(after, account, name, now), holder, known);
    if (holder.wider.empty() && holder.narrower.empty()) continue;
    // What the fault-free run changes on purpose is among its changes.
    raise(damage, holder.wider.empty() ? Severity::lost : Severity::escalation);
    damage.holders.push_back(std::move(holder));
  }
}

}  // namespace

std::string_view to_string(Severity severity) {
  constexpr std::string_view names[] = {"none", "litter", "latent", "lost", "escalation"};
  return names[static_cast<std::size_t>(severity)];
}

std::string profile_of(const cloud::State& state, std::string_view account, std::string_view region,
                       std::string_view instance) {
  const cloud::ec2::Association* found = association_of(state, account, region, instance);
  return found ? found->profile_arn : "";
}

std::string Damage::signature() const {
  std::string out(to_string(severity));
  const auto add = [&](std::string_view sign, const std::vector<cloud::Change>& changes) {
    std::set<std::string> names;
    for (const cloud::Change& change : changes) names.insert(cloud::short_name(change.key));
    for (const std::string& name : names) out += '|' + std::string(sign) + name;
  };
  add("+", left);
  add("-", gone);
  add("~", changed);
  for (const Holder& holder : holders)
    out += '|' + holder.name + ':' + holder.expected + '>' + holder.after +
           (holder.dangling ? "!" : "") + (holder.wider.empty() ? "" : "^") +
           (holder.narrower.empty() ? "" : "v");
  return out;
}

Damage assess(const cloud::State& before, const cloud::State& after, const Expected& expected,
              Time now, Differences& known) {
  Damage damage;
  // Intended changes by key; what has an id of AWS's making is matched by its kind.
  std::set<std::string> intended;
  std::map<std::string, int> made_kinds;
  for (const cloud::Change& change : expected.changes) {
    intended.insert(change.key);
    if (change.before.is_null()) ++made_kinds[cloud::kind_of(change.key)];
  }
  std::set<std::string> principals_intended;
  for (cloud::Change& change : cloud::lasting(before, after)) {
    if (is_association(change.key)) continue;  // judged by instance
    if (std::ranges::find(expected.foreign, change.key) != expected.foreign.end()) continue;
    if (std::ranges::find(expected.ignored, change.key) != expected.ignored.end()) continue;
    if (intended.contains(change.key)) continue;
    if (change.before.is_null()) {
      if (int& count = made_kinds[cloud::kind_of(change.key)];
          count > 0 && !gives_permission(change.key)) {
        --count;
        continue;
      }
      raise(damage, gives_permission(change.key) ? Severity::latent : Severity::litter);
      damage.left.push_back(std::move(change));
    } else if (change.after.is_null()) {
      raise(damage, Severity::lost);
      damage.gone.push_back(std::move(change));
    } else {
      raise(damage, Severity::litter);
      damage.changed.push_back(std::move(change));
    }
  }
  for (const auto& [account, held] : before.accounts) {
    for (const auto& [region, things] : held.regions) {
      auto now_account = after.accounts.find(account);
      if (now_account == after.accounts.end()) continue;
      auto place = now_account->second.regions.find(region);
      const bool same = place != now_account->second.regions.end() &&
                        place->second.ec2.associations.same_as(things.ec2.associations) &&
                        now_account->second.iam.profiles.same_as(held.iam.profiles);
      if (same && expected.profiles.empty()) continue;
      for (const auto& [instance, thing] : things.ec2.instances) {
        // Who terminates an instance means its profile too.
        const cloud::ec2::Instance* still = place == now_account->second.regions.end()
                                                ? nullptr
                                                : place->second.ec2.instances.find(instance);
        if (!still || still->state == "shutting-down" || still->state == "terminated") continue;
        std::string profile = profile_of(before, account, region, instance);
        for (const cloud::Change& change : expected.changes)
          if (is_association(change.key) && change.before.is_null() &&
              change.after.text("InstanceId") == instance)
            profile = change.after.text("ProfileArn");
        if (auto set = expected.profiles.find(instance); set != expected.profiles.end())
          profile = set->second;
        judge_instance(before, after, expected, profile, account, region, instance, now, known,
                       damage);
      }
    }
    const bool on_purpose = std::ranges::any_of(expected.changes, [](const cloud::Change& change) {
      return cloud::kind_of(change.key) == "iam role" && !change.before.is_null();
    });
    if (!on_purpose) judge_principals(before, after, account, now, known, damage);
  }
  return damage;
}

}  // namespace stint::explore
