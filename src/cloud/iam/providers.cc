// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// OpenID Connect providers. What AWS fetches from a provider's address, its keys, a world file
// gives here (`identity_providers`); one that was made by a call has none, so no token of it holds.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "cloud/iam/operations.h"
#include "cloud/validation.h"

namespace stint::cloud::iam {
namespace {

constexpr std::size_t most_providers = 100, most_client_ids = 100, most_thumbprints = 5;

Result<const IdentityProvider*> find_provider(const Call& call, const Value& in) {
  const std::string& arn = in.text("OpenIDConnectProviderArn");
  TRY(check_length(arn, "openIDConnectProviderArn", 20, 2048));
  if (!arn.starts_with("arn:aws:iam::") || arn.find(":oidc-provider/") == arn.npos)
    return fault("InvalidInput", fmt::format("Invalid ARN: {}", arn));
  if (const IdentityProvider* found = iam_of(call).providers.find(arn)) return found;
  return no_such_entity(fmt::format("OpenIDConnect Provider not found for arn {}", arn));
}

IdentityProvider& edit_provider(Call& call, const Value& in) {
  call.effect = "changed";
  return *own_iam(call).providers.edit(in.text("OpenIDConnectProviderArn"));
}

Result<std::vector<std::string>> read_thumbprints(const Value& in) {
  std::vector<std::string> out;
  for (const Value& one : in.items("ThumbprintList")) {
    TRY(check_length(one.as_text(), "thumbprintList", 40, 40));
    out.push_back(one.as_text());
  }
  if (out.size() > most_thumbprints)
    return fault("InvalidInput", "Thumbprint list must contain fewer than 5 entries.");
  return out;
}

}  // namespace

Resources a_new_provider(const Call& call, const Value& in) {
  std::string_view url = in.text("Url");
  if (url.starts_with("https://")) url.remove_prefix(8);
  return {make_arn(call.account, "oidc-provider", "/", url)};
}

Result<Value> create_open_id_connect_provider(Call& call, const Value& in) {
  const std::string& url = in.text("Url");
  TRY(check_length(url, "url", 1, 255));
  if (!url.starts_with("https://") || url.find_first_of("?# ") != url.npos || url.size() < 10)
    return fault("InvalidInput", "Invalid Open ID Connect Provider URL");
  std::string host = url.substr(8);
  while (host.ends_with('/')) host.pop_back();
  IdentityProvider provider{
      .arn = make_arn(call.account, "oidc-provider", "/", host), .url = host, .created = call.now};
  for (const Value& id : in.items("ClientIDList")) provider.client_ids.push_back(id.as_text());
  if (provider.client_ids.size() > most_client_ids)
    return over_quota("ClientIdsPerOpenIdConnectProvider", most_client_ids);
  provider.thumbprints = TRY(read_thumbprints(in));
  provider.tags = TRY(read_tags(in));
  if (iam_of(call).providers.contains(provider.arn))
    return already_exists(fmt::format("Provider with url {} already exists.", url));
  if (iam_of(call).providers.size() >= most_providers)
    return over_quota("OpenIDConnectProvidersPerAccount", most_providers);
  Value answer = object({{"OpenIDConnectProviderArn", provider.arn}});
  if (!provider.tags.empty()) answer.set("Tags", tag_list(provider.tags));
  std::string arn = provider.arn;
  own_iam(call).providers.put(std::move(arn), std::move(provider));
  call.effect = "created";
  return answer;
}

Result<Value> get_open_id_connect_provider(Call& call, const Value& in) {
  const IdentityProvider* provider = TRY(find_provider(call, in));
  Value::List ids, thumbprints;
  for (const std::string& id : provider->client_ids) ids.push_back(id);
  for (const std::string& one : provider->thumbprints) thumbprints.push_back(one);
  return object({{"Url", provider->url},
                 {"ClientIDList", std::move(ids)},
                 {"ThumbprintList", std::move(thumbprints)},
                 {"CreateDate", iso8601(provider->created)},
                 {"Tags", tag_list(provider->tags)}});
}

Result<Value> list_open_id_connect_providers(Call& call, const Value&) {
  Value::List out;
  for (const auto& [arn, _] : iam_of(call).providers) out.push_back(object({{"Arn", arn}}));
  return object({{"OpenIDConnectProviderList", std::move(out)}});
}

Result<Value> delete_open_id_connect_provider(Call& call, const Value& in) {
  TRY(find_provider(call, in));
  own_iam(call).providers.erase(in.text("OpenIDConnectProviderArn"));
  call.effect = "deleted";
  return Value(Object());
}

Result<Value> add_client_id_to_open_id_connect_provider(Call& call, const Value& in) {
  const IdentityProvider* provider = TRY(find_provider(call, in));
  const std::string& id = in.text("ClientID");
  TRY(check_length(id, "clientID", 1, 255));
  if (std::ranges::find(provider->client_ids, id) != provider->client_ids.end())
    return Value(Object());
  if (provider->client_ids.size() >= most_client_ids)
    return over_quota("ClientIdsPerOpenIdConnectProvider", most_client_ids);
  edit_provider(call, in).client_ids.push_back(id);
  return Value(Object());
}

Result<Value> remove_client_id_from_open_id_connect_provider(Call& call, const Value& in) {
  TRY(find_provider(call, in));
  TRY(check_length(in.text("ClientID"), "clientID", 1, 255));
  std::erase(edit_provider(call, in).client_ids, in.text("ClientID"));
  return Value(Object());
}

Result<Value> update_open_id_connect_provider_thumbprint(Call& call, const Value& in) {
  TRY(find_provider(call, in));
  std::vector<std::string> thumbprints = TRY(read_thumbprints(in));
  edit_provider(call, in).thumbprints = std::move(thumbprints);
  return Value(Object());
}

Result<Value> tag_open_id_connect_provider(Call& call, const Value& in) {
  const IdentityProvider* provider = TRY(find_provider(call, in));
  Tags tags = TRY(read_tags(in, provider->tags));
  edit_provider(call, in).tags = std::move(tags);
  return Value(Object());
}

Result<Value> untag_open_id_connect_provider(Call& call, const Value& in) {
  TRY(find_provider(call, in));
  Tags& tags = edit_provider(call, in).tags;
  for (const Value& key : in.items("TagKeys")) erase_tag(tags, key.as_text());
  return Value(Object());
}

Result<Value> list_open_id_connect_provider_tags(Call& call, const Value& in) {
  const IdentityProvider* provider = TRY(find_provider(call, in));
  Page page = TRY(Page::read(in));
  for (const auto& [key, value] : provider->tags)
    if (!page.add(key, object({{"Key", key}, {"Value", value}}))) break;
  return std::move(page).answer("Tags");
}

}  // namespace stint::cloud::iam
