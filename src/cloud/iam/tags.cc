// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// The tags of roles, users and instance profiles.
#include "cloud/iam/operations.h"

namespace stint::cloud::iam {

template <class Kind>
Result<Value> tag(Call& call, const Value& in) {
  const auto* thing = TRY(find<Kind>(call, in.text(Kind::member)));
  TRY(check_modifiable(*thing));
  Tags tags = TRY(read_tags(in, thing->tags));
  if (tags == thing->tags) return Value(Object());
  Kind::in(own_iam(call)).edit(thing->name)->tags = std::move(tags);
  call.effect = "changed";
  return Value(Object());
}

template <class Kind>
Result<Value> untag(Call& call, const Value& in) {
  const auto* thing = TRY(find<Kind>(call, in.text(Kind::member)));
  TRY(check_modifiable(*thing));
  Tags tags = thing->tags;
  for (const Value& key : in.items("TagKeys")) erase_tag(tags, key.as_text());
  if (tags == thing->tags) return Value(Object());
  Kind::in(own_iam(call)).edit(thing->name)->tags = std::move(tags);
  call.effect = "changed";
  return Value(Object());
}

template <class Kind>
Result<Value> list_tags(Call& call, const Value& in) {
  const auto* thing = TRY(find<Kind>(call, in.text(Kind::member)));
  Page page = TRY(Page::read(in));
  for (const auto& [key, value] : thing->tags)
    if (!page.add(key, object({{"Key", key}, {"Value", value}}))) break;
  return std::move(page).answer("Tags");
}

#define STINT_TAGS(Kind)                                   \
  template Result<Value> tag<Kind>(Call&, const Value&);   \
  template Result<Value> untag<Kind>(Call&, const Value&); \
  template Result<Value> list_tags<Kind>(Call&, const Value&);
STINT_TAGS(Roles)
STINT_TAGS(Users)
STINT_TAGS(Profiles)
#undef STINT_TAGS

}  // namespace stint::cloud::iam
