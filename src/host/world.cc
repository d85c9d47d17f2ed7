// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "host/world.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "aws/embedded.h"
#include "base/file.h"
#include "base/log.h"
#include "cloud/ssm/documents.h"
#include "cloud/world_file.h"
#include "host/deliveries.h"
#include "host/node_driver.h"
#include "host/nodes.h"
#include "net/client.h"
#include "value/json.h"

namespace stint::host {
namespace {

constexpr std::string_view clock_key = "clock";        // the latest moment the state has seen
constexpr std::string_view settings_key = "settings";  // how it was run, for recover
constexpr std::size_t sweep_after = 256u << 20;  // bytes of objects written since the last time

std::string_view to_string(Nodes nodes) {
  switch (nodes) {
    case Nodes::process:
      return "process";
    case Nodes::scripted:
      return "scripted";
    case Nodes::none:
      break;
  }
  return "none";
}

cloud::Nodes cloud_nodes(Nodes nodes) {
  switch (nodes) {
    case Nodes::process:
      return cloud::Nodes::process;
    case Nodes::scripted:
      return cloud::Nodes::scripted;
    case Nodes::none:
      break;
  }
  return cloud::Nodes::none;
}

std::optional<std::string> environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value ? std::optional<std::string>(value) : std::nullopt;
}

net::Response trouble(const Error& error) {
  return {.status = 500, .headers = {{"content-type", "text/plain"}}, .body = error.message + "\n"};
}

std::size_t instance_count(const cloud::State& state) {
  std::size_t count = 0;
  for (const auto& [id, account] : state.accounts)
    for (const auto& [name, region] : account.regions) count += region.ec2.instances.size();
  return count;
}

}  // namespace

Result<std::unique_ptr<World>> World::open(WorldOptions options, engine::ActionTable actions) {
  std::unique_ptr<World> world(new World());
  world->options_ = std::move(options);
  world->actions_ = actions;
  world->random_ = Random::from_entropy();
  aws::Models::Options models = aws::Models::options_of_environment();
  models.embedded = aws::embedded_models();
  world->models_ = std::make_unique<aws::Models>(std::move(models));
  world->calls_ = std::make_unique<world::ModelCalls>(*world->models_);
  if (!world->options_.mocks.empty()) {
    std::string text = TRY(read_file(world->options_.mocks));
    world->mocks_ = TRY(world::Mocks::parse(text, world->options_.mocks));
  }
  TRY(world->open_store());
  if (world->embedded()) {
    TRY(world->open_cloud());
  } else {
    TRY(world->open_remote());
  }
  engine::Ports& ports = world->embedded() ? static_cast<engine::Ports&>(*world->embedded_)
                                           : static_cast<engine::Ports&>(*world->remote_);
  world->engine_ = std::make_unique<engine::Engine>(actions, ports, *world->store_, *world->clock_,
                                                    world->random_);
  if (world->options_.read_only) return world;
  TRY(world->serve());
  // Opening a state resolves what a crash left open, whatever the command is.
  world->recovered_ = TRY(world->engine_->recover());
  TRY(world->engine_->commit());
  if (world->bodies_) world->bodies_->sweep(cloud::s3::stored_bodies(world->cloud_.state.s3));
  return world;
}

World::~World() {
  // Outside first: nobody may come in while the inside is taken down.
  server_.reset();
  deliveries_.reset();
  nodes_.reset();
  remote_.reset();
}

Result<void> World::open_store() {
  Time latest{};
  if (options_.state.empty()) {
    store_ = store::make_memory_store();
  } else {
    store_ = TRY(store::open_store(options_.state, options_.read_only    ? store::Open::read_only
                                                   : options_.must_exist ? store::Open::existing
                                                                         : store::Open::create));
    std::optional<std::string> clock = TRY(store_->meta(clock_key));
    if (clock) latest = TRY(parse_time(*clock));
    std::optional<std::string> settings = TRY(store_->meta(settings_key));
    if (settings && options_.resume_settings) {
      Value before = TRY(parse_json(*settings));
      if (!options_.nodes_given) {
        const std::string& nodes = before.text("nodes");
        options_.nodes = nodes == "scripted" ? Nodes::scripted
                         : nodes == "none"   ? Nodes::none
                                             : Nodes::process;
        options_.unsandboxed = options_.unsandboxed || before.flag("unsandboxed");
      }
      if (!options_.time_given) options_.virtual_time = before.flag("virtual");
      if (!options_.cloud_given && !before.text("cloud").empty())
        options_.cloud = before.text("cloud");
    }
  }
  if (options_.virtual_time) {
    auto clock = std::make_unique<ManualClock>(std::max(latest, WallClock::wall()));
    virtual_clock_ = clock.get();
    clock_ = std::move(clock);
  } else {
    clock_ = std::make_unique<WallClock>(latest);
  }
  if (options_.state.empty() || options_.read_only) return {};
  store::Batch batch;
  batch.meta[std::string(settings_key)] = to_json(object({{"nodes", to_string(options_.nodes)},
                                                          {"unsandboxed", options_.unsandboxed},
                                                          {"virtual", options_.virtual_time},
                                                          {"cloud", options_.cloud}}));
  return store_->append(batch);
}

Result<void> World::open_cloud() {
  const std::map<std::string, Value> kept = TRY(store_->entities());
  if (!kept.empty()) {
    if (!options_.world_file.empty())
      return fail(Code::invalid,
                  "the state " + options_.state + " has a cloud already: --world is for a new one");
    Result<cloud::State> state = cloud::restore(kept);
    if (!state)
      return fail(Code::invalid,
                  "state file " + options_.state + " is damaged (" + state.error().message + ")");
    cloud_.state = std::move(*state);
  } else if (!options_.world_file.empty()) {
    cloud_.state = TRY(cloud::read_world(options_.world_file, clock_->now()));
  } else {
    cloud_.state = TRY(cloud::default_world(clock_->now()));
  }
  if (options_.zero_delays)
    cloud_.state.propagation = {Duration(0), Duration(0), Duration(0), Duration(0)};
  if (!options_.state.empty()) {
    bodies_ = std::make_unique<FileBodies>(options_.state + ".objects");
    cloud_.bodies = bodies_.get();
  }
  cloud_.nodes = cloud_nodes(options_.nodes);
  cloud_.find_action = [this](std::string_view name) -> const document::ActionSpec* {
    const engine::Action* action = engine::find_action(actions_, name);
    return action ? &action->spec : nullptr;
  };
  account_ = cloud_.state.default_account;
  region_ = cloud_.state.default_region;
  caller_arn_ = cloud_.root(account_).principal.arn;
  embedded_ = std::make_unique<world::EmbeddedPorts>(
      cloud_, *calls_, mocks_, *clock_,
      world::EmbeddedOptions{.synthesize_missing = options_.synthesize_missing,
                             .durable = !options_.state.empty() && !options_.read_only,
                             .keep_audit = options_.keep_audit});
  // What is in the store already need not be written again; a new cloud is written whole.
  if (!kept.empty()) embedded_->saved(cloud_.state);
  return {};
}

Result<void> World::open_remote() {
  if (!options_.world_file.empty())
    return fail(
        Code::invalid,
        "--world describes an embedded cloud; it has no meaning with --cloud " + options_.cloud);
  std::unique_ptr<net::Transport> transport = net::make_curl_transport();
  aws::CredentialSources sources{
      .environment = environment, .transport = transport.get(), .profile = {}};
  if (options_.read_only) return {};
  RemoteOptions remote;
  if (options_.cloud != "aws") remote.endpoints.url = options_.cloud;
  Result<aws::Credentials> credentials = aws::find_credentials(sources, WallClock::wall());
  if (!credentials) return fail(credentials.error());
  remote.credentials = std::move(*credentials);
  remote.region = TRY(aws::find_region(sources));
  remote.transport = [] { return net::make_curl_transport(); };
  remote.post = [this](std::function<void()> task) { post(std::move(task)); };
  remote.deliver = [this](const std::string& execution, std::int64_t serial, Result<Value> answer) {
    engine_->answer(execution, serial, std::move(answer));
  };
  region_ = remote.region;
  remote_ = std::make_unique<RemotePorts>(*models_, mocks_, std::move(remote));
  Value identity = TRY(remote_->identity());
  account_ = identity.text("Account");
  caller_arn_ = identity.text("Arn");
  return {};
}

Result<engine::FoundDocument> World::find_document(const std::string& name) {
  if (embedded()) {
    cloud::ssm::FoundDocument found =
        TRY(cloud::ssm::Documents(cloud_.state, account_, region_).find(name));
    if (found.type != "Automation")
      return fail(Code::invalid,
                  "the document " + name + " is of the type " + found.type + ", not Automation");
    return engine::FoundDocument{.name = found.name,
                                 .version = found.version,
                                 .content = std::move(found.content),
                                 .amazon_owned = found.owner == "Amazon"};
  }
  return remote_->get_document(name);
}

std::string World::metadata_url(const std::string& instance) const {
  auto found = metadata_.find(instance);
  return found == metadata_.end() ? std::string() : "http://" + found->second;
}

Result<void> World::serve() {
  if (!embedded()) return {};
  front_ = std::make_unique<cloud::FrontDoor>(cloud_, *models_);
  if (options_.test_mode) front_->start_test_mode();
  if (options_.deliver) serve_deliveries();
  const bool processes = options_.nodes == Nodes::process;
  if (!options_.listen.empty() || processes) {
    server_ = std::make_unique<net::Server>(
        [this](const net::Request& request) { return answer(request); });
    address_ = TRY(server_->listen(options_.listen.empty() ? "127.0.0.1:0" : options_.listen));
    if (options_.instance_metadata || (processes && options_.unsandboxed)) serve_metadata();
  }
  if (processes) return serve_processes();
  nodes_ = std::make_unique<NodeDriver>(cloud_, nullptr);
  return {};
}

Result<void> World::serve_processes() {
  NodesOptions nodes{.unsandboxed = options_.unsandboxed, .cloud_url = "http://" + address_};
  if (options_.state.empty()) {
    std::string pattern = (std::filesystem::temp_directory_path() / "stint-nodes-XXXXXX").string();
    if (!::mkdtemp(pattern.data()))
      return fail(Code::unavailable, "cannot make a directory for nodes: " + pattern);
    nodes.root = pattern;
    nodes.temporary = true;
  } else {
    nodes.root = std::filesystem::absolute(options_.state + ".nodes").string();
  }
  nodes.metadata_url = [this](const cloud::ssm::NodePlace& place) {
    return metadata_url(place.instance);
  };
  nodes.on_end = [this](const std::string& id, const cloud::ssm::ProcessResult& result) {
    post([this, id, result] { nodes_->ended(id, result, clock_->now()); });
  };
  std::unique_ptr<ProcessNodes> host = TRY(ProcessNodes::open(std::move(nodes)));
  std::function<void(const cloud::ssm::NodePlace&)> prepare;
  if (host->sandboxed()) {
    TRY(server_->listen(host->cloud_address()));
    // A node's metadata answers from its first script on.
    prepare = [this, host = host.get()](const cloud::ssm::NodePlace& place) {
      Result<std::string> address = host->metadata_address(place);
      if (!address) return log_warning(address.error().message);
      if (Result<void> listens = listen_for_metadata(place, *address); !listens)
        log_warning(listens.error().message);
    };
  }
  nodes_ = std::make_unique<NodeDriver>(cloud_, std::move(host), std::move(prepare));
  nodes_->recover();
  return {};
}

Result<void> World::listen_for_metadata(const cloud::ssm::NodePlace& place,
                                        const std::string& address) {
  for (auto& [known, whose] : metadata_at_)
    if (known == address || "unix:" + known == address) {
      whose = place;  // an instance that is gone has left its address to another
      return {};
    }
  const std::string listening = TRY(server_->listen(address));
  // A server names a local socket by its path alone.
  metadata_at_[listening.starts_with("unix:") ? listening.substr(5) : listening] = place;
  return {};
}

void World::serve_deliveries() {
  auto delivered = [this](const Parcel& parcel) {
    post([this, parcel] {
      auto account = cloud_.state.accounts.find(parcel.account);
      if (account == cloud_.state.accounts.end()) return;
      auto region = account->second.regions.find(parcel.region);
      if (region != account->second.regions.end()) region->second.sns.outbox.erase(parcel.key);
    });
  };
  // SNS waits 15 s; here whoever ends the program waits, too.
  deliveries_ = std::make_unique<Deliveries>(net::make_curl_transport({.timeout_ms = 5000}),
                                             std::move(delivered));
  deliveries_->collect(cloud_.state);
}

void World::serve_metadata() {
  metadata_for_ = instance_count(cloud_.state);
  const std::string port = address_.substr(address_.rfind(':') + 1);
  for (const auto& [account, held] : cloud_.state.accounts)
    for (const auto& [region, things] : held.regions)
      for (const auto& [id, instance] : things.ec2.instances) {
        if (metadata_.contains(id)) continue;
        const std::string address = instance->imds_address + ":" + port;
        if (Result<void> listens = listen_for_metadata({account, region, id}, address); !listens) {
          log_warning("the metadata of " + id + " cannot be served: " + listens.error().message);
          continue;
        }
        metadata_[id] = address;
      }
}

Result<void> World::settle(bool quiet) {
  if (nodes_) nodes_->advance(clock_->now());
  Result<void> committed = engine_->commit();
  if (committed && nodes_) nodes_->start();
  if (committed) sweep_bodies();
  if (committed && !quiet && deliveries_) deliveries_->collect(cloud_.state);
  // The engine may have to move (a command ended, a resource changed): its loop looks again.
  if (!quiet) wake_.notify_all();
  return committed;
}

void World::sweep_bodies() {
  if (bodies_ && bodies_->written() > sweep_after)
    bodies_->sweep(cloud::s3::stored_bodies(cloud_.state.s3));
}

net::Response World::answer(const net::Request& request) {
  std::lock_guard lock(mutex_);
  const Time now = clock_->now();
  const std::size_t lines = cloud_.audit.size();
  auto metadata = metadata_at_.find(request.local);
  net::Response response = metadata == metadata_at_.end()
                               ? front_->handle(request, now, WallClock::wall())
                               : front_->imds(metadata->second.account, metadata->second.region,
                                              metadata->second.instance, request, now);
  // One line of the audit log that says so: nothing changed.
  const bool quiet = cloud_.audit.size() == lines + 1 && cloud_.audit.back().effect == "none";
  if (Result<void> settled = settle(quiet); !settled) return trouble(settled.error());
  if (metadata_for_ && instance_count(cloud_.state) != *metadata_for_) serve_metadata();
  return response;
}

void World::post(std::function<void()> task) {
  {
    std::lock_guard lock(mutex_);
    inbox_.push_back(std::move(task));
  }
  wake_.notify_all();
}

void World::move_clock(Time to) {
  if (virtual_clock_ && to > virtual_clock_->now()) virtual_clock_->set(to);
}

Result<void> World::run_until(const std::function<bool()>& done) {
  std::unique_lock lock(mutex_);
  for (;;) {
    for (std::function<void()>& task : std::exchange(inbox_, {})) task();
    TRY(engine_->run());
    if (nodes_) nodes_->advance(clock_->now());
    TRY(engine_->commit());
    if (nodes_) nodes_->start();
    if (done()) return {};
    if (!inbox_.empty()) continue;

    std::optional<Time> next = engine_->next_wake();
    if (nodes_)
      if (std::optional<Time> due = nodes_->next_due(clock_->now()); due && (!next || *due < *next))
        next = due;
    if (next && *next <= clock_->now()) continue;
    // Time stands still while something outside is at work (interfaces.md, --time virtual).
    const bool outside = (nodes_ && nodes_->busy()) || (remote_ && remote_->busy());
    if (virtual_clock_ && !outside && next) {
      move_clock(*next);
      continue;
    }
    if (!outside && !next && !server_)
      return fail(Code::internal, "nothing is left that could bring the execution forward");
    if (!virtual_clock_ && next) {
      wake_.wait_until(lock, static_cast<const WallClock&>(*clock_).wall_at(*next));
    } else {
      wake_.wait(lock);
    }
  }
}

}  // namespace stint::host
