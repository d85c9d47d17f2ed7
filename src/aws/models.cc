// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>

#include "aws/gunzip.h"
#include "aws/model.h"
#include "aws/pack.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/text.h"

namespace stint::aws {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view model_file = "service-2.json";
constexpr std::string_view extras_file = "service-2.sdk-extras.json";

/// `directory/name`, or that with ".gz"; empty when neither is there.
std::string existing(const fs::path& directory, std::string_view name) {
  std::error_code ignored;
  for (std::string_view ending : {"", ".gz"}) {
    fs::path path = directory / (std::string(name) + std::string(ending));
    if (fs::is_regular_file(path, ignored)) return path.string();
  }
  return {};
}

Result<std::string> read_model_text(const std::string& path) {
  std::string content = TRY(read_file(path));
  if (!path.ends_with(".gz")) return content;
  Result<std::string> text = gunzip(content);
  if (!text) return fail(text.error().code, path + ": " + text.error().message);
  return text;
}

struct Source {
  std::string version;
  std::string path;
};

/// The newest version of a service under a data path that has a model.
std::optional<Source> newest(const std::string& data_path, const std::string& service) {
  std::optional<Source> best;
  std::error_code error;
  const fs::path root = fs::path(data_path) / service;
  for (fs::directory_iterator entry(root, error), end; !error && entry != end;
       entry.increment(error)) {
    std::string version = entry->path().filename().string();
    if (best && version <= best->version) continue;
    std::string path = existing(entry->path(), model_file);
    if (!path.empty()) best = Source{std::move(version), std::move(path)};
  }
  return best;
}

/// Changes whenever the file is another one.
std::string fingerprint(const std::string& path) {
  std::error_code ignored;
  return fmt::format("{}\n{}\n{}\n", path, fs::file_size(path, ignored),
                     fs::last_write_time(path, ignored).time_since_epoch().count());
}

bool plain_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

}  // namespace

struct Models::Impl {
  Options options;
  std::map<std::string, std::unique_ptr<Service>, std::less<>> loaded;

  Result<std::unique_ptr<Pack>> load(const std::string& name) const {
    for (const std::string& data_path : options.data_paths)
      if (std::optional<Source> source = newest(data_path, name)) return read(name, *source);
    for (const EmbeddedModel& model : options.embedded)
      if (model.name == name) return Pack::open(model.bytes);
    if (std::optional<Source> source = newest(options.debian_path, name))
      return read(name, *source);
    return std::unique_ptr<Pack>();
  }

  /// From the cache, or packed now and left there for the next time.
  Result<std::unique_ptr<Pack>> read(const std::string& name, const Source& source) const {
    std::string extras = find_extras(name, source.version);
    std::string marks = fmt::format("{}\n", pack_version) + fingerprint(source.path);
    if (!extras.empty()) marks += fingerprint(extras);
    std::string cached;
    if (!options.cache_directory.empty()) {
      cached = fmt::format("{}/{}-{}-{:016x}.pack", options.cache_directory, name, source.version,
                           fnv1a(marks));
      // Whatever is wrong with a kept pack, the source is still there to make it anew.
      if (Result<std::string> bytes = read_file(cached))
        if (Result<std::unique_ptr<Pack>> pack = Pack::own(std::move(*bytes))) return pack;
    }
    std::string text = TRY(read_model_text(source.path));
    std::vector<std::string> more;
    if (!extras.empty()) {
      std::string extra = TRY(read_model_text(extras));
      more.push_back(std::move(extra));
    }
    Result<std::string> packed = pack_model(name, text, more);
    if (!packed) return fail(packed.error().code, source.path + ": " + packed.error().message);
    if (!cached.empty()) {
      std::error_code ignored;
      fs::create_directories(options.cache_directory, ignored);
      [[maybe_unused]] Result<void> kept = write_file(cached, *packed);  // only saves time
    }
    return Pack::own(std::move(*packed));
  }

  std::string find_extras(const std::string& name, const std::string& version) const {
    std::vector<std::string> places = options.data_paths;
    places.push_back(options.debian_path);
    for (const std::string& place : places) {
      std::string path = existing(fs::path(place) / name / version, extras_file);
      if (!path.empty()) return path;
    }
    return {};
  }
};

Models::Models(Options options) : impl_(std::make_unique<Impl>()) {
  impl_->options = std::move(options);
}
Models::~Models() = default;

Models::Options Models::options_of_environment() {
  auto variable = [](const char* name) -> std::string {
    const char* value = std::getenv(name);
    return value ? value : "";
  };
  Options options;
  const std::string data_path = variable("AWS_DATA_PATH");
  for (std::string_view path : split(data_path, ':'))
    if (!path.empty()) options.data_paths.emplace_back(path);
  const std::string home = variable("HOME");
  if (!home.empty()) options.data_paths.push_back(home + "/.aws/models");
  const std::string cache = variable("XDG_CACHE_HOME");
  if (cache.starts_with('/'))
    options.cache_directory = cache + "/stint";
  else if (!home.empty())
    options.cache_directory = home + "/.cache/stint";
  return options;
}

Result<const Service*> Models::service(std::string_view name) {
  auto& loaded = impl_->loaded;
  if (auto known = loaded.find(name); known != loaded.end()) return known->second.get();
  const std::string key = lower(trim(name));
  if (auto known = loaded.find(key); known != loaded.end()) return known->second.get();
  std::unique_ptr<Pack> pack;
  if (plain_name(key)) pack = TRY(impl_->load(key));
  if (!pack) {
    const std::string hint = closest(key, names());
    return fail(Code::not_found,
                fmt::format("there is no AWS service \"{}\"{}", trim(name),
                            hint.empty() ? "" : fmt::format("; did you mean \"{}\"?", hint)));
  }
  return loaded.emplace(key, std::make_unique<Service>(std::move(pack))).first->second.get();
}

std::vector<std::string> Models::names() const {
  std::set<std::string> found;
  for (const EmbeddedModel& model : impl_->options.embedded) found.emplace(model.name);
  std::vector<std::string> places = impl_->options.data_paths;
  places.push_back(impl_->options.debian_path);
  for (const std::string& place : places) {
    std::error_code error;
    for (fs::directory_iterator entry(place, error), end; !error && entry != end;
         entry.increment(error)) {
      std::string name = entry->path().filename().string();
      if (plain_name(name) && entry->is_directory(error) && newest(place, name))
        found.insert(std::move(name));
    }
  }
  return {found.begin(), found.end()};
}

}  // namespace stint::aws
