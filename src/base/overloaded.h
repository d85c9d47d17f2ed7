// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace stint {

/// Several lambdas as one visitor: std::visit(Overloaded{[](A) {...}, [](B) {...}}, variant).
template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};

}  // namespace stint
