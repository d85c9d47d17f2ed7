// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "net/client.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <fmt/core.h>

#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "base/text.h"

namespace stint::net {
namespace {
/// libcurl, loaded by the first who sends something. With it come thirty libraries (LDAP, Kerberos,
/// SSH, ...) that take more than half of the program's start, and most commands send nothing.
class Curl {
 public:
  decltype(&curl_easy_init) easy_init = nullptr;
  decltype(&curl_easy_cleanup) easy_cleanup = nullptr;
  decltype(&curl_easy_reset) easy_reset = nullptr;
  decltype(&curl_easy_setopt) easy_setopt = nullptr;
  decltype(&curl_easy_getinfo) easy_getinfo = nullptr;
  decltype(&curl_easy_perform) easy_perform = nullptr;
  decltype(&curl_easy_strerror) easy_strerror = nullptr;
  decltype(&curl_slist_append) slist_append = nullptr;
  decltype(&curl_slist_free_all) slist_free_all = nullptr;

  /// Error: it is not there, or does not start.
  static const Result<Curl>& library() {
    // Never undone: other libraries in the process may use curl too.
    static const Result<Curl> loaded = load();
    return loaded;
  }

 private:
  static Result<Curl> load() {
    const auto no = [](std::string_view why) {
      return fail(Code::unavailable,
                  fmt::format("nothing can be sent without libcurl.so.4 ({}): install the package "
                              "libcurl4",
                              why));
    };
    void* library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!library) return no(dlerror());
    Curl curl;
    decltype(&curl_global_init) global_init = nullptr;
    bool complete = true;
    const auto find = [&]<class Function>(Function& function, const char* name) {
      function = reinterpret_cast<Function>(dlsym(library, name));
      complete = complete && function;
    };
    find(global_init, "curl_global_init");
    find(curl.easy_init, "curl_easy_init");
    find(curl.easy_cleanup, "curl_easy_cleanup");
    find(curl.easy_reset, "curl_easy_reset");
    find(curl.easy_setopt, "curl_easy_setopt");
    find(curl.easy_getinfo, "curl_easy_getinfo");
    find(curl.easy_perform, "curl_easy_perform");
    find(curl.easy_strerror, "curl_easy_strerror");
    find(curl.slist_append, "curl_slist_append");
    find(curl.slist_free_all, "curl_slist_free_all");
    if (!complete) return no("a function is missing");
    if (global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return no("it does not start");
    return curl;
  }
};

/// For whoever has a handle: then the library is there.
const Curl& curl() {
  return *Curl::library();
}

struct CloseHandle {
  void operator()(CURL* handle) const { curl().easy_cleanup(handle); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl().slist_free_all(list); }
};
using Handle = std::unique_ptr<CURL, CloseHandle>;
using List = std::unique_ptr<curl_slist, FreeList>;

/// Where a request goes, as curl wants it told.
struct Destination {
  std::string name;         ///< for error sentences: "http://127.0.0.1:4566"
  std::string url;          ///< base and target
  std::string socket_path;  ///< of a local socket, else empty
  bool near = false;        ///< loopback, link-local or a local socket: never through a proxy
};

bool is_near(std::string_view authority) {
  std::string_view host = authority.substr(authority.rfind('@') + 1);
  host =
      host.starts_with('[') ? host.substr(0, host.find(']') + 1) : host.substr(0, host.find(':'));
  return host.starts_with("127.") || host.starts_with("169.254.") || host == "[::1]" ||
         equals_ignore_case(host, "localhost");
}

bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f && c != '#'; });
}

Result<Destination> destination(const Request& request) {
  Destination to;
  std::string_view base = request.url;
  if (base.starts_with("unix:")) {
    to.name = request.url;
    to.socket_path = base.substr(5);
    to.url = "http://localhost" + request.target;
    to.near = true;
  } else {
    std::size_t authority = base.starts_with("http://") ? 7 : base.starts_with("https://") ? 8 : 0;
    std::size_t end = std::min(base.find_first_of("/?#", authority), base.size());
    if (authority == 0 || authority == end)
      return fail(Code::invalid, fmt::format("'{}' is not an http:// or https:// URL", base));
    to.name = base.substr(0, end);
    to.near = is_near(base.substr(authority, end - authority));
    while (base.ends_with('/')) base.remove_suffix(1);
    to.url = std::string(base) + request.target;
  }
  if (!request.target.starts_with('/') || !is_plain(to.url))
    return fail(Code::invalid,
                fmt::format("'{}' cannot be sent to {}: a target starts with '/' and has blanks, "
                            "'#' and non-ASCII characters escaped",
                            request.target, to.name));
  return to;
}

bool has_line_end(std::string_view text) {
  return text.find_first_of("\r\n") != text.npos;
}

/// The headers as given. curl adds some of its own unless they are named with nothing behind.
Result<List> header_list(const Request& request) {
  List list;
  auto add = [&](const std::string& line) {
    curl_slist* longer = curl().slist_append(list.get(), line.c_str());
    STINT_CHECK(longer);
    (void)list.release();
    list.reset(longer);
  };
  for (const char* unwanted : {"Accept", "Content-Type", "User-Agent", "Expect"})
    if (!request.headers.find(unwanted)) add(std::string(unwanted) + ":");
  for (const auto& [name, value] : request.headers) {
    if (name.empty() || has_line_end(name) || has_line_end(value))
      return fail(Code::invalid, fmt::format("the header '{}' cannot be sent: it has no name or "
                                             "holds a line end",
                                             name.substr(0, name.find_first_of("\r\n"))));
    if (equals_ignore_case(name, "content-length") || equals_ignore_case(name, "transfer-encoding"))
      continue;  // follow from the body
    add(value.empty() ? name + ";" : fmt::format("{}: {}", name, value));
  }
  return list;
}

/// What comes back, while it comes.
struct Receiving {
  Response response;
  std::size_t body_limit = 0;
  bool too_large = false;
};

std::size_t on_header(char* data, std::size_t size, std::size_t count, void* user) {
  auto& to = *static_cast<Receiving*>(user);
  std::string_view line = trim({data, size * count});
  if (line.starts_with("HTTP/")) {
    to.response.headers = {};  // what came before was interim: 100 Continue
  } else if (std::size_t colon = line.find(':'); colon != line.npos) {
    to.response.headers.add(std::string(trim(line.substr(0, colon))),
                            std::string(trim(line.substr(colon + 1))));
  }
  return size * count;
}

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* user) {
  auto& to = *static_cast<Receiving*>(user);
  if (to.response.body.size() + size * count > to.body_limit) {
    to.too_large = true;
    return 0;  // ends the transfer
  }
  to.response.body.append(data, size * count);
  return size * count;
}

class CurlTransport final : public Transport {
 public:
  explicit CurlTransport(ClientOptions options) : options_(options) {
    if (!Curl::library()) return;
    handle_.reset(curl().easy_init());
    STINT_CHECK(handle_);
  }

  Result<Response> send(const Request& request) override {
    if (!handle_) return fail(Curl::library().error());
    Destination to = TRY(destination(request));
    List headers = TRY(header_list(request));
    Receiving receiving{.body_limit = options_.body_limit};
    char reason[CURL_ERROR_SIZE] = "";
    // Forgets the options of the last request, keeps its connections.
    curl().easy_reset(handle_.get());
    set(CURLOPT_ERRORBUFFER, static_cast<char*>(reason));
    set(CURLOPT_NOSIGNAL, 1L);
    address(to);
    payload(request);
    set(CURLOPT_HTTPHEADER, headers.get());
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.connect_timeout_ms));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(options_.timeout_ms));
    set(CURLOPT_HEADERFUNCTION, &on_header);
    set(CURLOPT_HEADERDATA, &receiving);
    set(CURLOPT_WRITEFUNCTION, &on_body);
    set(CURLOPT_WRITEDATA, &receiving);
    CURLcode code = curl().easy_perform(handle_.get());
    set(CURLOPT_ERRORBUFFER, static_cast<char*>(nullptr));
    if (receiving.too_large)
      return fail(Code::unavailable, fmt::format("the answer of {} is larger than {} bytes",
                                                 to.name, options_.body_limit));
    if (code != CURLE_OK) return failure(code, reason, to);
    long status = 0;
    curl().easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
    receiving.response.status = static_cast<int>(status);
    return std::move(receiving.response);
  }

 private:
  template <class T>
  void set(CURLoption option, T value) {
    CURLcode code = curl().easy_setopt(handle_.get(), option, value);
    STINT_CHECK(code == CURLE_OK);
  }

  void address(const Destination& to) {
    set(CURLOPT_URL, to.url.c_str());
    set(CURLOPT_PATH_AS_IS, 1L);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    if (!to.socket_path.empty()) set(CURLOPT_UNIX_SOCKET_PATH, to.socket_path.c_str());
    if (to.near) set(CURLOPT_PROXY, "");
  }

  void payload(const Request& request) {
    bool takes_body = request.method == "POST" || request.method == "PUT" ||
                      request.method == "PATCH" || !request.body.empty();
    if (request.method == "HEAD") {
      set(CURLOPT_NOBODY, 1L);
    } else if (takes_body) {
      set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
      set(CURLOPT_POSTFIELDS, request.body.data());
      set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
    } else {
      set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
    }
  }

  static std::unexpected<Error> failure(CURLcode code, const char* reason, const Destination& to) {
    std::string why = *reason ? reason : curl().easy_strerror(code);
    if (code == CURLE_OPERATION_TIMEDOUT)
      return fail(Code::timeout, fmt::format("{} did not answer in time: {}", to.name, why));
    if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL)
      return fail(Code::invalid, fmt::format("'{}' is not a URL to send to: {}", to.name, why));
    return fail(Code::unavailable, fmt::format("cannot reach {}: {}", to.name, why));
  }

  ClientOptions options_;
  Handle handle_;
};
}  // namespace

std::unique_ptr<Transport> make_curl_transport(ClientOptions options) {
  return std::make_unique<CurlTransport>(options);
}

}  // namespace stint::net
