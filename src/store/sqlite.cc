// SPDX-FileCopyrightText: The stint authors
// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/hash.h"
#include "value/json.h"

namespace stint::store {
namespace {

constexpr int schema_version = 2;
constexpr int application_id = 0x7374696e;    // "stin"
constexpr std::size_t largest_inline = 4096;  // above it a text lies in `blob` (durability.md 1.1)

constexpr const char* schema = R"sql(
CREATE TABLE event(x TEXT NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL,
                   PRIMARY KEY(x, seq)) WITHOUT ROWID;
CREATE TABLE head(x TEXT PRIMARY KEY, status TEXT NOT NULL, open INTEGER NOT NULL,
                  document TEXT NOT NULL, step TEXT NOT NULL, parent TEXT NOT NULL,
                  started INTEGER NOT NULL, wake_at INTEGER, ended INTEGER,
                  message TEXT NOT NULL, executed_by TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX head_started ON head(started);
CREATE INDEX head_open ON head(open) WHERE open = 1;
CREATE INDEX head_parent ON head(parent) WHERE parent <> '';
CREATE TABLE entity(key TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE blob(hash TEXT PRIMARY KEY, bytes BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE audit(id INTEGER PRIMARY KEY AUTOINCREMENT, x TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX audit_x ON audit(x) WHERE x <> '';
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
)sql";

// In the order of read_head().
constexpr std::string_view select_head =
    "SELECT x,status,open,document,step,parent,started,wake_at,ended,message,executed_by FROM head";

struct CloseDatabase {
  void operator()(sqlite3* db) const { sqlite3_close(db); }
};
struct CloseStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;
using StatementPtr = std::unique_ptr<sqlite3_stmt, CloseStatement>;

std::int64_t to_millis(Time time) {
  return time.time_since_epoch().count();
}
Time from_millis(std::int64_t millis) {
  return Time(Duration(millis));
}

/// One prepared statement in use: binds left to right, resets when it goes out of scope.
class Statement {
 public:
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  ~Statement() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  /// The text must live until the statement has run.
  Statement& text(std::string_view value) {
    sqlite3_bind_text64(statement_, ++bound_, value.data() ? value.data() : "", value.size(),
                        SQLITE_STATIC, SQLITE_UTF8);
    return *this;
  }
  Statement& blob(std::string_view value) {
    sqlite3_bind_blob64(statement_, ++bound_, value.data() ? value.data() : "", value.size(),
                        SQLITE_STATIC);
    return *this;
  }
  Statement& integer(std::int64_t value) {
    sqlite3_bind_int64(statement_, ++bound_, value);
    return *this;
  }
  Statement& time(std::optional<Time> value) {
    if (value) return integer(to_millis(*value));
    sqlite3_bind_null(statement_, ++bound_);
    return *this;
  }
  int step() { return sqlite3_step(statement_); }
  std::string column_text(int index) const {
    const void* bytes = sqlite3_column_blob(statement_, index);
    const int size = sqlite3_column_bytes(statement_, index);
    return std::string(static_cast<const char*>(bytes), bytes ? static_cast<std::size_t>(size) : 0);
  }
  std::int64_t column_integer(int index) const { return sqlite3_column_int64(statement_, index); }
  bool column_null(int index) const {
    return sqlite3_column_type(statement_, index) == SQLITE_NULL;
  }

 private:
  sqlite3_stmt* statement_;
  int bound_ = 0;
};

class SqliteStore final : public Store {
 public:
  SqliteStore(std::string path, Database db, std::unique_ptr<FileLock> lock)
      : path_(std::move(path)), lock_(std::move(lock)), db_(std::move(db)) {}

  Result<void> prepare_all() {
    insert_event_ = TRY(prepare("INSERT INTO event VALUES(?,?,?,?)"));
    last_seq_ = TRY(prepare("SELECT max(seq) FROM event WHERE x=?"));
    put_head_ = TRY(prepare("INSERT OR REPLACE INTO head VALUES(?,?,?,?,?,?,?,?,?,?,?)"));
    put_entity_ = TRY(prepare("INSERT OR REPLACE INTO entity VALUES(?,?)"));
    delete_entity_ = TRY(prepare("DELETE FROM entity WHERE key=?"));
    put_blob_ = TRY(prepare("INSERT OR IGNORE INTO blob VALUES(?,?)"));
    insert_audit_ = TRY(prepare("INSERT INTO audit(x,body) VALUES(?,?)"));
    put_meta_ = TRY(prepare("INSERT OR REPLACE INTO meta VALUES(?,?)"));
    begin_ = TRY(prepare("BEGIN IMMEDIATE"));
    commit_ = TRY(prepare("COMMIT"));
    rollback_ = TRY(prepare("ROLLBACK"));
    get_blob_ = TRY(prepare("SELECT bytes FROM blob WHERE hash=?"));
    return {};
  }

  Result<void> append(const Batch& batch) override {
    if (!lock_) return fail(Code::conflict, "state file " + path_ + " was opened to be read only");
    if (broken_)
      return fail(Code::unavailable,
                  "state file " + path_ + " could not be written before; start the program again");
    TRY(run(begin_));
    Result<void> written = write(batch);
    if (!written) {
      // After a full disk SQLite may have rolled back by itself; either way nothing stays.
      Statement(rollback_.get()).step();
      return written;
    }
    Result<void> committed = run(commit_);
    if (!committed) {
      const bool full = sqlite3_errcode(db_.get()) == SQLITE_FULL;
      Statement(rollback_.get()).step();
      broken_ = !full;  // never retry a flush (durability.md 1.3); a full disk came before one
    }
    return committed;
  }

  Result<std::vector<Head>> heads(const ListOptions& options) override {
    std::string sql = std::string(select_head);
    if (options.open_only) sql += " WHERE open=1";
    if (!options.parent.empty()) sql += options.open_only ? " AND parent=?" : " WHERE parent=?";
    sql += " ORDER BY started DESC, x";
    if (options.limit > 0) sql += " LIMIT " + std::to_string(options.limit);
    StatementPtr prepared = TRY(prepare(sql.c_str()));
    Statement statement(prepared.get());
    if (!options.parent.empty()) statement.text(options.parent);
    std::vector<Head> out;
    int code;
    while ((code = statement.step()) == SQLITE_ROW) {
      Head head = TRY(read_head(statement));
      out.push_back(std::move(head));
    }
    if (code != SQLITE_DONE) return problem();
    return out;
  }

  Result<std::optional<Head>> head(std::string_view execution) override {
    const std::string sql = std::string(select_head) + " WHERE x=?";
    StatementPtr prepared = TRY(prepare(sql.c_str()));
    Statement statement(prepared.get());
    statement.text(execution);
    const int code = statement.step();
    if (code == SQLITE_DONE) return std::optional<Head>();
    if (code != SQLITE_ROW) return problem();
    Head head = TRY(read_head(statement));
    return std::optional<Head>(std::move(head));
  }

  Result<std::vector<Event>> events(std::string_view execution) override {
    StatementPtr prepared = TRY(prepare("SELECT seq,kind,body FROM event WHERE x=? ORDER BY seq"));
    Statement statement(prepared.get());
    statement.text(execution);
    std::vector<Event> out;
    int code;
    while ((code = statement.step()) == SQLITE_ROW) {
      Value body = TRY(read(statement.column_text(2)));
      out.push_back({.execution = std::string(execution),
                     .seq = statement.column_integer(0),
                     .kind = statement.column_text(1),
                     .body = body_of(std::move(body))});
    }
    if (code != SQLITE_DONE) return problem();
    return out;
  }

  Result<std::map<std::string, Value>> entities() override {
    StatementPtr prepared = TRY(prepare("SELECT key,body FROM entity"));
    Statement statement(prepared.get());
    std::map<std::string, Value> out;
    int code;
    while ((code = statement.step()) == SQLITE_ROW) {
      Value body = TRY(read(statement.column_text(1)));
      out.emplace(statement.column_text(0), std::move(body));
    }
    if (code != SQLITE_DONE) return problem();
    return out;
  }

  Result<std::optional<std::string>> blob(std::string_view hash) override {
    Statement statement(get_blob_.get());
    statement.text(hash);
    const int code = statement.step();
    if (code == SQLITE_DONE) return std::optional<std::string>();
    if (code != SQLITE_ROW) return problem();
    return std::optional<std::string>(statement.column_text(0));
  }

  Result<std::vector<Value>> audit(std::string_view execution) override {
    StatementPtr prepared =
        TRY(prepare(execution.empty() ? "SELECT body FROM audit ORDER BY id"
                                      : "SELECT body FROM audit WHERE x=? ORDER BY id"));
    Statement statement(prepared.get());
    if (!execution.empty()) statement.text(execution);
    std::vector<Value> out;
    int code;
    while ((code = statement.step()) == SQLITE_ROW) {
      Value body = TRY(read(statement.column_text(0)));
      out.push_back(std::move(body));
    }
    if (code != SQLITE_DONE) return problem();
    return out;
  }

  Result<std::optional<std::string>> meta(std::string_view key) override {
    StatementPtr prepared = TRY(prepare("SELECT value FROM meta WHERE key=?"));
    Statement statement(prepared.get());
    statement.text(key);
    const int code = statement.step();
    if (code == SQLITE_DONE) return std::optional<std::string>();
    if (code != SQLITE_ROW) return problem();
    return std::optional<std::string>(statement.column_text(0));
  }

  std::unexpected<Error> problem() const {
    const int code = sqlite3_errcode(db_.get());
    const std::string text = sqlite3_errmsg(db_.get());
    switch (code) {
      case SQLITE_FULL:
        return fail(Code::unavailable,
                    "state file " + path_ + ": the disk is full; make room and run stint recover");
      case SQLITE_CORRUPT:
        return fail(Code::invalid, "state file " + path_ + " is damaged (" + text +
                                       "); put back a copy of it, or begin with a new one");
      case SQLITE_NOTADB:
        return fail(Code::invalid, path_ + " is not a stint state file");
      case SQLITE_CONSTRAINT:
        return fail(Code::conflict, "state file " + path_ +
                                        ": another process wrote the same journal (" + text + ")");
      case SQLITE_READONLY:
        return fail(Code::unavailable, "state file " + path_ + " cannot be written: " + text);
      default:
        return fail(Code::unavailable, "state file " + path_ + ": " + text +
                                           (code == SQLITE_IOERR ? " (is the disk full?)" : ""));
    }
  }

  Result<StatementPtr> prepare(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(db_.get(), sql, -1, &statement, nullptr) != SQLITE_OK) return problem();
    return StatementPtr(statement);
  }
  Result<void> execute(const char* sql) {
    if (sqlite3_exec(db_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) return problem();
    return {};
  }
  Result<std::int64_t> number(const char* sql) {
    StatementPtr prepared = TRY(prepare(sql));
    Statement statement(prepared.get());
    if (statement.step() != SQLITE_ROW) return problem();
    return statement.column_integer(0);
  }

 private:
  Result<void> run(const StatementPtr& prepared) {
    Statement statement(prepared.get());
    if (statement.step() != SQLITE_DONE) return problem();
    return {};
  }
  Result<void> finish(Statement& statement) {
    if (statement.step() != SQLITE_DONE) return problem();
    return {};
  }

  /// JSON text, or "@HASH" when it is long and lies in `blob`.
  Result<std::string> stored(const Value& value) {
    std::string text = to_json(value);
    if (text.size() <= largest_inline) return text;
    const std::string hash = hex(sha256(text));
    Statement statement(put_blob_.get());
    statement.text(hash).blob(text);
    TRY(finish(statement));
    return "@" + hash;
  }
  Result<Value> read(std::string text) {
    if (text.starts_with('@')) {
      std::optional<std::string> bytes = TRY(blob(std::string_view(text).substr(1)));
      if (!bytes)
        return fail(Code::invalid, "state file " + path_ + " is damaged (a value is missing)");
      text = std::move(*bytes);
    }
    Result<Value> value = parse_json(text);
    if (!value)
      return fail(Code::invalid, "state file " + path_ + " is damaged (a value does not read: " +
                                     value.error().message + ")");
    return value;
  }

  Result<Head> read_head(const Statement& row) {
    Head head{.execution = row.column_text(0),
              .status = row.column_text(1),
              .open = row.column_integer(2) != 0,
              .document = row.column_text(3),
              .current_step = row.column_text(4),
              .parent = row.column_text(5),
              .started = from_millis(row.column_integer(6)),
              .wake_at = {},
              .ended = {},
              .message = row.column_text(9),
              .executed_by = row.column_text(10)};
    if (!row.column_null(7)) head.wake_at = from_millis(row.column_integer(7));
    if (!row.column_null(8)) head.ended = from_millis(row.column_integer(8));
    return head;
  }

  Result<void> write(const Batch& batch) {
    for (const Event& event : batch.events) {
      {
        Statement last(last_seq_.get());
        last.text(event.execution);
        if (last.step() != SQLITE_ROW) return problem();
        if (last.column_integer(0) != event.seq - 1)
          return fail(Code::conflict, "the journal of execution " + event.execution +
                                          " has an entry " + std::to_string(event.seq) +
                                          " already, or lacks the one before it");
      }
      const std::string body = TRY(stored(event.body->value()));
      Statement statement(insert_event_.get());
      statement.text(event.execution).integer(event.seq).text(event.kind).text(body);
      TRY(finish(statement));
    }
    // Heads and entities are replaced again and again: their bodies lie in the row itself, so that
    // nothing of an old one stays behind.
    for (const Head& head : batch.heads) {
      Statement statement(put_head_.get());
      statement.text(head.execution)
          .text(head.status)
          .integer(head.open ? 1 : 0)
          .text(head.document)
          .text(head.current_step)
          .text(head.parent)
          .integer(to_millis(head.started))
          .time(head.wake_at)
          .time(head.ended)
          .text(head.message)
          .text(head.executed_by);
      TRY(finish(statement));
    }
    for (const auto& [key, value] : batch.entities) {
      if (value) {
        const std::string body = to_json(*value);
        Statement statement(put_entity_.get());
        statement.text(key).text(body);
        TRY(finish(statement));
      } else {
        Statement statement(delete_entity_.get());
        statement.text(key);
        TRY(finish(statement));
      }
    }
    for (const auto& [hash, bytes] : batch.blobs) {
      Statement statement(put_blob_.get());
      statement.text(hash).blob(bytes);
      TRY(finish(statement));
    }
    for (const Value& entry : batch.audit) {
      const std::string body = TRY(stored(entry));
      Statement statement(insert_audit_.get());
      statement.text(entry.text("execution")).text(body);
      TRY(finish(statement));
    }
    for (const auto& [key, value] : batch.meta) {
      Statement statement(put_meta_.get());
      statement.text(key).text(value);
      TRY(finish(statement));
    }
    return {};
  }

  std::string path_;
  std::unique_ptr<FileLock> lock_;  // let go after the database is closed
  Database db_;
  StatementPtr insert_event_, last_seq_, put_head_, put_entity_, delete_entity_, put_blob_,
      insert_audit_, put_meta_, begin_, commit_, rollback_, get_blob_;
  bool broken_ = false;
};

/// Checks that the file is ours before anything in it is changed.
Result<void> set_up(SqliteStore& store, const std::string& path, Open mode) {
  const bool writer = mode != Open::read_only;
  constexpr const char* settings = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;";
  const std::int64_t id = TRY(store.number("PRAGMA application_id"));
  const std::int64_t version = TRY(store.number("PRAGMA user_version"));
  const std::int64_t tables = TRY(store.number("SELECT count(*) FROM sqlite_schema"));
  if (tables == 0 && version == 0 && mode == Open::create) {
    TRY(store.execute(settings));
    TRY(store.execute("BEGIN"));
    TRY(store.execute(schema));
    TRY(store.execute(("PRAGMA application_id=" + std::to_string(application_id) +
                       "; PRAGMA user_version=" + std::to_string(schema_version) + "; COMMIT")
                          .c_str()));
    return {};
  }
  if (id != application_id) return fail(Code::invalid, path + " is not a stint state file");
  if (version != schema_version)
    return fail(Code::invalid, "state file " + path +
                                   " was written by another version of stint (its "
                                   "format is " +
                                   std::to_string(version) + ", this program's is " +
                                   std::to_string(schema_version) + ")");
  return store.execute(writer ? settings : "PRAGMA query_only=1; PRAGMA wal_autocheckpoint=0;");
}

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite(const std::string& path, Open mode) {
  struct stat info{};
  const bool there = ::stat(path.c_str(), &info) == 0;
  if (there && !S_ISREG(info.st_mode))
    return fail(Code::invalid, "the state " + path + " is not a file");
  if (!there && mode != Open::create)
    return fail(Code::not_found, "there is no state file " + path);
  std::unique_ptr<FileLock> lock;
  if (mode != Open::read_only) lock = TRY(FileLock::take(path));
  if (!there) {
    // Made by us, so that its mode is: a state may hold secrets of the embedded cloud.
    const int made = ::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    if (made < 0)
      return fail(Code::unavailable,
                  "cannot make state file " + path + ": " + std::strerror(errno));
    ::close(made);
  }
  sqlite3* raw = nullptr;
  const int flags = (mode == Open::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) |
                    SQLITE_OPEN_NOMUTEX;
  const int code = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
  Database db(raw);
  if (code != SQLITE_OK)
    return fail(Code::unavailable, "cannot open state file " + path + ": " + sqlite3_errstr(code));
  sqlite3_busy_timeout(raw, 5000);
  if (mode == Open::read_only) sqlite3_db_config(raw, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  auto store = std::make_unique<SqliteStore>(path, std::move(db), std::move(lock));
  TRY(set_up(*store, path, mode));
  TRY(store->prepare_all());
  return store;
}

Result<std::unique_ptr<Store>> open_store(const std::string& where, Open mode) {
  if (where.starts_with("postgres://") || where.starts_with("postgresql://"))
    return fail(Code::invalid, "this version keeps states in files; " +
                                   where.substr(0, where.find(':')) + ":// is not supported yet");
  return open_sqlite(where, mode);
}

}  // namespace stint::store
