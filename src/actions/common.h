// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>
#include <vector>

#include "engine/action.h"

/// What several actions share.
namespace stint::actions {

/// The inputs without `Service`, `Api` and the names in `also`: the members of the API call.
Value api_members(const Value& inputs, std::initializer_list<std::string_view> also = {});

/// A text input; a list of one is unwrapped (C-53).
std::string text_input(const Value& inputs, std::string_view name);
/// A list input; a scalar is wrapped.
Value list_input(const Value& inputs, std::string_view name);

/// Values for Run Command Parameters and RuntimeParameters: lists of text (R12).
Value wire_parameters(const Value& parameters);

/// C-49: text equality, booleans as True/False or true/false; a list matches when it is not empty
/// and all its items are desired.
bool desired(const Value& found, const Value& desired_values);

/// C-48: the error of a poll that says nothing about what is polled: throttling, a fault of the
/// service, no answer at all. The next poll may tell.
bool passing(const Error& error);

/// The pause before poll number `polls` + 1: from `first`, growing by half, at most 15 s (C-47).
Duration poll_pause(int polls, Duration first);

}  // namespace stint::actions
