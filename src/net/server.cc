// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
//
// The only coroutines of the program. g++ 12 miscompiles many correct ones, so in this file: one
// co_await a statement, straight into a named variable, its arguments names; what is decided
// between two of them is a plain function of Connection.
#include "net/server.h"

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <csignal>
#include <cstring>
#include <exception>
#include <iterator>
#include <map>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <vector>

#include "base/check.h"
#include "base/log.h"
#include "base/text.h"
#include "net/address.h"
#include "net/wire.h"

namespace stint::net {
namespace {
namespace asio = boost::asio;
namespace http = boost::beast::http;
using Protocol = asio::generic::stream_protocol;
using Socket = Protocol::socket;
using Acceptor = asio::basic_socket_acceptor<Protocol>;
using SystemError = boost::system::error_code;
using SteadyTime = asio::steady_timer::time_point;
using Parser = http::request_parser<http::string_body>;
constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds last_grace{2000};
constexpr std::size_t head_room = 8u << 10;    // read at once while a head is awaited
constexpr std::size_t body_room = 256u << 10;  // and of a body

struct Connection;

/// An address that is listened on. Its acceptor belongs to its own sequence.
struct Listener {
  Listener(asio::any_io_executor executor, std::string name)
      : acceptor(std::move(executor)), address(std::move(name)) {}
  ~Listener() {
    if (!socket_file.empty()) ::unlink(socket_file.c_str());
  }

  Acceptor acceptor;
  std::string address;
  std::string socket_file;  ///< of a local socket: removed at the end
  std::atomic<bool> closed = false;
};

/// What listeners, connections and threads of one server share.
struct Core {
  Core(Server::Handler h, ServerOptions o) : handler(std::move(h)), options(o) {}

  Server::Handler handler;
  ServerOptions options;
  asio::io_context context{options.threads};
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  std::atomic<bool> stopping = false;
  std::vector<std::jthread> threads;

  std::mutex mutex;  ///< guards what follows
  std::map<std::string, std::shared_ptr<Listener>> listeners;
  std::map<const Connection*, std::weak_ptr<Connection>> connections;

  /// Runs what is given to it one after another. A single thread does so by itself.
  asio::any_io_executor sequence() {
    if (options.threads == 1) return context.get_executor();
    return asio::make_strand(context);
  }
  void start(Socket socket);
};

SocketAddress native(const Protocol::endpoint& endpoint) {
  SocketAddress address;
  address.length = static_cast<socklen_t>(endpoint.size());
  std::memcpy(&address.storage, endpoint.data(), endpoint.size());
  return address;
}

/// One client. Everything here runs in the socket's sequence, so nothing needs a lock. It lives as
/// long as its coroutine: shared_ptr because timers and stop() may look for it afterwards.
///
/// A small request costs three system calls (wait, receive, send): the socket does not block, so an
/// answer is sent without waiting for leave, and the timer is set once for many requests.
struct Connection : std::enable_shared_from_this<Connection> {
  enum class Phase { reading, answering, draining };

  Connection(Core& c, Socket s) : core(c), socket(std::move(s)), timer(socket.get_executor()) {
    SystemError ignored;
    auto here = native(socket.local_endpoint(ignored));
    local = to_text(here);
    if (here.family() == AF_UNIX) {
      local.erase(0, std::strlen("unix:"));
      peer = "unix";
    } else {
      peer = to_text(native(socket.remote_endpoint(ignored)), false);
      socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    }
    socket.non_blocking(true, ignored);
  }
  ~Connection() {
    std::lock_guard lock(core.mutex);
    core.connections.erase(this);
  }

  Core& core;
  Socket socket;
  asio::steady_timer timer;
  SteadyTime ends;     ///< the connection's end, unless it is armed again
  SteadyTime watched;  ///< when the timer looks at that
  bool watching = false;
  Phase phase = Phase::reading;
  boost::beast::flat_buffer buffer;
  std::optional<Parser> parser;
  std::string peer, local;
  Response response;
  std::string head;
  std::array<asio::const_buffer, 2> out;
  std::array<char, 4096> scrap;
  bool head_read = false;
  bool keep_alive = true;

  void close() {
    SystemError ignored;
    socket.close(ignored);
  }

  /// Closes the connection unless it is armed again within `time`.
  void arm(std::chrono::milliseconds time) {
    ends = asio::steady_timer::clock_type::now() + time;
    // A timer that ends sooner finds the new end then; setting it anew would cost a system call.
    if (!watching || watched > ends) watch();
  }

  void watch() {
    watching = true;
    watched = ends;
    timer.expires_at(ends);
    timer.async_wait([weak = weak_from_this()](const SystemError& error) {
      auto self = weak.lock();
      if (error || !self) return;
      if (self->ends <= asio::steady_timer::clock_type::now())
        self->close();
      else
        self->watch();
    });
  }

  void begin_request() {
    phase = Phase::reading;
    head_read = false;
    response = {};
    parser.emplace();
    parser->header_limit(static_cast<std::uint32_t>(core.options.header_limit));
    parser->body_limit(core.options.body_limit);
    if (buffer.size() == 0 && buffer.capacity() > body_room / 2) buffer.shrink_to_fit();
    arm(core.options.idle_timeout);
  }

  /// Goes on in what has come; true: the request is whole, or `error` says what is wrong with it.
  bool parse(SystemError& error) {
    while (!error && !parser->is_done()) {
      if (buffer.size() == 0) return false;
      const std::size_t used = parser->put(buffer.data(), error);
      buffer.consume(used);
      if (error == http::error::need_more) {
        error = {};
        return false;
      }
    }
    return true;
  }

  /// While more is awaited: whether the client waits for leave to send its body. Told once.
  bool wants_leave() {
    if (head_read || !parser->is_header_done()) return false;
    head_read = true;
    arm(core.options.idle_timeout);
    return parser->get().version() >= 11 &&
           equals_ignore_case(std::string_view(parser->get()[http::field::expect]), "100-continue");
  }

  asio::mutable_buffer room() {
    std::size_t size = head_room;
    if (head_read)
      size = static_cast<std::size_t>(std::clamp<std::uint64_t>(
          parser->content_length_remaining().value_or(0), head_room, body_room));
    return buffer.prepare(size);
  }

  /// Takes what was read into room(), or what came of trying.
  void received(SystemError& error, std::size_t size) {
    buffer.commit(size);
    if (error != asio::error::eof) return;
    error = parser->got_some() ? http::error::partial_message : http::error::end_of_stream;
  }

  /// Sends what the socket takes at once, which is nearly always all; true: nothing is left to
  /// send, or it failed.
  bool send(SystemError& error) {
    std::size_t sent = socket.write_some(out, error);
    if (error == asio::error::would_block) {
      error = {};
      sent = 0;
    }
    if (error) return true;
    std::size_t left = 0;
    for (asio::const_buffer& part : out) {
      const std::size_t gone = std::min(sent, part.size());
      part += gone;
      sent -= gone;
      left += part.size();
    }
    return left == 0;
  }

  /// Turns what was read, or the error of reading it, into bytes to send; false: nothing to say.
  bool answer(const SystemError& error) {
    AnswerTo to;
    if (error) {
      if (!refuse(error)) return false;
      phase = Phase::draining;
      keep_alive = false;
    } else {
      phase = Phase::answering;
      to.head = parser->get().method() == http::verb::head;
      to.old = parser->get().version() < 11;
      keep_alive = parser->keep_alive();
      response = handle(take_request());
      keep_alive = keep_alive && !wants_close(response) && !core.stopping;
    }
    to.keep_alive = keep_alive;
    head = answer_head(response, to);
    out[0] = asio::buffer(head);
    out[1] = sends_body(response, to) ? asio::buffer(response.body) : asio::const_buffer();
    arm(core.stopping ? last_grace : core.options.idle_timeout);
    return true;
  }

  bool refuse(const SystemError& error) {
    auto say = [&](int status, std::string sentence) {
      response = Response{status, {{"Content-Type", "text/plain"}}, std::move(sentence)};
      return true;
    };
    if (error == http::error::body_limit)
      return say(413, fmt::format("the body is larger than {} bytes\n", core.options.body_limit));
    if (error == http::error::header_limit || error == http::error::buffer_overflow)
      return say(431, fmt::format("the head of the request is larger than {} bytes\n",
                                  core.options.header_limit));
    bool ended = error == http::error::end_of_stream || error == http::error::partial_message;
    if (ended || error.category() != http::make_error_code(http::error::bad_method).category())
      return false;
    return say(400, fmt::format("malformed request: {}\n", error.message()));
  }

  Request take_request() {
    auto& message = parser->get();
    Request request;
    request.headers.reserve(
        static_cast<std::size_t>(std::distance(message.begin(), message.end())));
    request.method = std::string(std::string_view(message.method_string()));
    request.target = std::string(std::string_view(message.target()));
    for (const auto& field : message)
      request.headers.add(std::string(std::string_view(field.name_string())),
                          std::string(std::string_view(field.value())));
    request.body = std::move(message.body());
    request.peer = peer;
    request.local = local;
    return request;
  }

  Response handle(const Request& request) {
    try {
      return core.handler(request);
    } catch (const std::exception& broken) {
      log_error(fmt::format("an HTTP handler threw: {}", broken.what()));
    }
    return Response{500, {{"Content-Type", "text/plain"}}, "internal error\n"};
  }

  /// Before a refusal's connection is closed: the client may still be sending. Closing at once
  /// would reset the connection, and the client might never see the answer.
  void begin_drain() {
    SystemError ignored;
    socket.shutdown(Socket::shutdown_send, ignored);
    arm(std::min(core.options.idle_timeout, last_grace));
  }

  void finish() {
    SystemError ignored;
    timer.cancel();
    socket.shutdown(Socket::shutdown_both, ignored);
    close();
  }

  /// Asked by stop().
  void end() {
    if (phase == Phase::reading)
      close();
    else
      arm(last_grace);
  }
};

asio::awaitable<void> converse(std::shared_ptr<Connection> self) {
  Connection& client = *self;
  while (client.keep_alive && !client.core.stopping) {
    client.begin_request();
    SystemError error;
    while (!client.parse(error)) {
      bool leave = client.wants_leave();
      if (leave) {
        asio::const_buffer line("HTTP/1.1 100 Continue\r\n\r\n", 25);
        auto told = co_await asio::async_write(client.socket, line, as_result);
        error = std::get<0>(told);
      }
      if (error) continue;  // parse() has no more to say
      asio::mutable_buffer room = client.room();
      auto got = co_await client.socket.async_read_some(room, as_result);
      error = std::get<0>(got);
      client.received(error, std::get<1>(got));
    }
    bool speaks = client.answer(error);
    if (!speaks) break;
    error = {};
    bool sent = client.send(error);
    if (!sent) {
      auto wrote = co_await asio::async_write(client.socket, client.out, as_result);
      error = std::get<0>(wrote);
    }
    if (error) client.keep_alive = false;
  }
  if (client.phase == Connection::Phase::draining) {
    client.begin_drain();
    bool open = true;
    while (open) {
      asio::mutable_buffer scrap(client.scrap.data(), client.scrap.size());
      auto got = co_await client.socket.async_read_some(scrap, as_result);
      SystemError error = std::get<0>(got);
      open = !error;
    }
  }
  client.finish();
}

asio::awaitable<void> accept_at(Core& core, std::shared_ptr<Listener> listener) {
  asio::steady_timer pause(listener->acceptor.get_executor());
  while (!listener->closed) {
    Socket socket(core.sequence());
    auto accepted = co_await listener->acceptor.async_accept(socket, as_result);
    SystemError error = std::get<0>(accepted);
    if (!error) {
      core.start(std::move(socket));
    } else if (!listener->closed) {
      // Out of file descriptors, most likely: they come back when a connection ends.
      pause.expires_after(std::chrono::milliseconds(50));
      auto waited = co_await pause.async_wait(as_result);
      error = std::get<0>(waited);
    }
  }
}

void Core::start(Socket socket) {
  auto connection = std::make_shared<Connection>(*this, std::move(socket));
  {
    std::lock_guard lock(mutex);
    if (stopping) return;  // the destructor takes the lock again: `connection` outlives `lock`
    connections.emplace(connection.get(), connection);
  }
  auto sequence = connection->socket.get_executor();
  asio::co_spawn(sequence, converse(std::move(connection)), asio::detached);
}

std::string system_reason(int error) {
  std::string text = std::generic_category().message(error);
  if (!text.empty()) text[0] = lower(text.substr(0, 1))[0];
  return text;
}

/// Makes way for a local socket: a file that a process which is gone left behind.
Result<void> clear_stale_socket(const SocketAddress& address, const std::string& path) {
  struct stat found;
  if (::lstat(path.c_str(), &found) != 0) return {};
  if (!S_ISSOCK(found.st_mode))
    return fail(Code::unavailable,
                fmt::format("cannot listen on unix:{}: the path exists and is no socket", path));
  int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  bool served = probe < 0 || ::connect(probe, address.get(), address.length) == 0;
  if (probe >= 0) ::close(probe);
  if (served)
    return fail(Code::unavailable,
                fmt::format("cannot listen on unix:{}: address already in use", path));
  ::unlink(path.c_str());
  return {};
}

/// Opens, binds and listens; the address that came of it.
Result<std::string> open_listener(Listener& listener, const SocketAddress& address) {
  SystemError error;
  auto failed = [&] {
    return fail(Code::unavailable, fmt::format("cannot listen on {}: {}", listener.address,
                                               system_reason(error.value())));
  };
  bool local = address.family() == AF_UNIX;
  std::string path = local ? to_text(address).substr(std::strlen("unix:")) : std::string();
  if (local) TRY(clear_stale_socket(address, path));
  Acceptor& acceptor = listener.acceptor;
  acceptor.open(Protocol(address.family(), 0), error);
  if (error) return failed();
  if (!local) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  acceptor.bind(Protocol::endpoint(address.get(), address.length, 0), error);
  if (error) return failed();
  if (local) {
    listener.socket_file = path;
    // Nobody can connect before listen(), so the mode is in force for everybody.
    if (::chmod(path.c_str(), 0600) != 0) {
      error = SystemError(errno, boost::system::system_category());
      return failed();
    }
  }
  acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return failed();
  return to_text(native(acceptor.local_endpoint()));
}

void close_listener(const std::shared_ptr<Listener>& listener) {
  listener->closed = true;
  // Takes effect at once and on any thread, while closing belongs to the sequence, whose thread may
  // be busy in a handler (perhaps the one that is calling us). Nobody else closes the descriptor,
  // so it is still ours.
  ::shutdown(listener->acceptor.native_handle(), SHUT_RD);
  asio::post(listener->acceptor.get_executor(), [listener] {
    SystemError ignored;
    listener->acceptor.close(ignored);
  });
}
}  // namespace

struct Server::Impl {
  Core core;
};

Server::Server(Handler handler, ServerOptions options)
    : impl_(new Impl{{std::move(handler), options}}) {
  STINT_CHECK(options.threads > 0);
  // Signals belong to the program's own threads: block them while ours are made.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  for (int i = 0; i < options.threads; ++i)
    impl_->core.threads.emplace_back([&core = impl_->core] { core.context.run(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Server::~Server() {
  stop();
}

Result<std::string> Server::listen(const std::string& address) {
  Core& core = impl_->core;
  auto parsed = TRY(parse_address(address));
  auto listener = std::make_shared<Listener>(core.sequence(), address);
  listener->address = TRY(open_listener(*listener, parsed));
  {
    std::lock_guard lock(core.mutex);
    if (core.stopping)
      return fail(Code::unavailable,
                  fmt::format("cannot listen on {}: the server was stopped", address));
    core.listeners[listener->address] = listener;
  }
  asio::co_spawn(listener->acceptor.get_executor(), accept_at(core, listener), asio::detached);
  return listener->address;
}

void Server::close(const std::string& address) {
  std::shared_ptr<Listener> listener;
  {
    std::lock_guard lock(impl_->core.mutex);
    auto found = impl_->core.listeners.find(address);
    if (found == impl_->core.listeners.end()) return;
    listener = found->second;
    impl_->core.listeners.erase(found);
  }
  close_listener(listener);
}

void Server::stop() {
  Core& core = impl_->core;
  std::vector<std::shared_ptr<Listener>> listeners;
  std::vector<std::shared_ptr<Connection>> connections;
  {
    std::lock_guard lock(core.mutex);
    core.stopping = true;
    for (auto& [address, listener] : core.listeners) listeners.push_back(std::move(listener));
    core.listeners.clear();
    for (auto& [key, weak] : core.connections)
      if (auto connection = weak.lock()) connections.push_back(std::move(connection));
  }
  for (const auto& listener : listeners) close_listener(listener);
  for (auto& connection : connections) {
    auto sequence = connection->socket.get_executor();
    asio::post(sequence, [self = std::move(connection)] { self->end(); });
  }
  core.work.reset();
  for (auto& thread : core.threads) {
    STINT_CHECK(thread.get_id() != std::this_thread::get_id());
    if (thread.joinable()) thread.join();
  }
}

}  // namespace stint::net
