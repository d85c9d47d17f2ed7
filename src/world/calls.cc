// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "world/calls.h"

#include <vector>

#include "base/text.h"

namespace stint::world {

Result<const ModelCalls::Found*> ModelCalls::find(std::string_view service, std::string_view api) {
  if (auto known = found_.find(NameView(service, api)); known != found_.end())
    return known->second.get();
  const aws::Service* model = TRY(models_.service(service));
  std::optional<aws::Operation> operation = model->find_folded(api);
  if (!operation) {
    std::vector<std::string> names;
    for (std::string_view name : model->operations()) names.emplace_back(name);
    std::string hint = closest(api, names);
    return fail(Code::not_found, "The service " + std::string(model->name()) +
                                     " has no operation \"" + std::string(api) + "\"" +
                                     (hint.empty() ? "." : "; did you mean " + hint + "?"));
  }
  std::string token;
  if (std::optional<aws::Shape> input = operation->input())
    for (std::size_t i = 0; i < input->member_count(); ++i)
      if (aws::Member member = input->member(i); member.idempotency_token()) token = member.name();
  auto found = std::make_unique<Found>(Found{
      .info = {.service = std::string(model->name()),
               .operation = std::string(operation->name()),
               .call_class = engine::classify(model->name(), operation->name(), !token.empty()),
               .token_member = token},
      .operation = *operation});
  return found_.emplace(Name(service, api), std::move(found)).first->second.get();
}

Result<const engine::CallInfo*> ModelCalls::find_call(std::string_view service,
                                                      std::string_view api) {
  const Found* found = TRY(find(service, api));
  return &found->info;
}

}  // namespace stint::world
