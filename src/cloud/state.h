// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "cloud/ec2/state.h"
#include "cloud/iam/state.h"
#include "cloud/kms/state.h"
#include "cloud/logs/state.h"
#include "cloud/s3/state.h"
#include "cloud/sns/state.h"
#include "cloud/sqs/state.h"
#include "cloud/ssm/state.h"
#include "cloud/sts/state.h"
#include "cloud/texts.h"

namespace stint::cloud {

/// How long one part of AWS takes to hear of a change made in another (world file: propagation).
struct Propagation {
  Duration iam_to_ec2{8000};   ///< until EC2 accepts a new profile or role
  Duration association{2000};  ///< associating -> associated; disassociating -> gone
  Duration imds{2000};         ///< until an instance's metadata serves the new role
  Duration instance{10000};    ///< until a started instance runs, a stopped one has stopped
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("iam_to_ec2", self.iam_to_ec2);
    visit("association", self.association);
    visit("imds", self.imds);
    visit("instance", self.instance);
  }
  friend bool operator==(const Propagation&, const Propagation&) = default;
};

struct Region {
  ec2::State ec2;
  kms::State kms;
  logs::State logs;
  sns::State sns;
  sqs::State sqs;
  ssm::State ssm;
};

struct Account {
  iam::State iam;
  std::map<std::string, Region, std::less<>> regions;
};

/// What a scripted node answers to a command whose text contains `match` (world file: nodes).
struct ScriptedAnswer {
  std::string match;
  int exit = 0;
  std::string output, error;
  Duration duration{0};
  template <class Self, class Visitor>
  static void fields(Self& self, Visitor&& visit) {
    visit("match", self.match);
    visit("exit", self.exit);
    visit("output", self.output);
    visit("error", self.error);
    visit("duration", self.duration);
  }
  friend bool operator==(const ScriptedAnswer&, const ScriptedAnswer&) = default;
};

/// The whole embedded AWS: a value. Copying costs microseconds; `diff` says what differs.
struct State {
  std::string default_account = "123456789012";
  std::string default_region = "us-west-2";
  Propagation propagation;
  std::map<std::string, Account, std::less<>> accounts;
  s3::State s3;
  sts::State sts;
  std::map<std::string, std::vector<ScriptedAnswer>> scripted;  ///< by instance id
  Random random{1};
  /// What texts of the state mean; beside its value.
  std::shared_ptr<Texts> texts = std::make_shared<Texts>();

  Account& account(std::string_view id);  ///< made when it is not there
  Region& region(std::string_view account, std::string_view name);
  /// An account's IAM; nullptr: there is no such account.
  const iam::State* find_iam(std::string_view account) const;
};

/// One difference between two states, or one thing of a state.
struct Change {
  std::string key;  ///< "iam/123456789012/roles/NAME", "ec2/ACCOUNT/REGION/instances/ID",
                    ///< "s3/objects/b/k", "settings", "random"
  Value before;     ///< null: it was made
  Value after;      ///< null: it was deleted
};
/// What differs, in key order. Costs only what was changed since one was copied from the other.
/// `wanted`: the keys to look at; null: all.
std::vector<Change> diff(const State& before, const State& after,
                         bool (*wanted)(std::string_view key) = nullptr);
/// All things of a state by key, the settings as "settings" and the generator's position as
/// "random"; `restore` is the way back. Errors: Code::invalid, naming the key.
std::map<std::string, Value> entities(const State& state);
Result<State> restore(const std::map<std::string, Value>& entities);

}  // namespace stint::cloud
