#include "warc/exclusions.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/surt.h"
#include "base/text.h"

namespace offprint {
namespace {

using Json = nlohmann::json;

constexpr std::uint64_t kMaxFile = std::uint64_t{256} << 20;

bool is_time(const std::string& s) { return s.size() <= 14 && std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; }); }

std::string text_of(const Json& j, const char* name) {
  auto it = j.find(name);
  return it != j.end() && it->is_string() ? it->get<std::string>() : "";
}

Result<void> append(const ArchiveLayout& layout, const std::string& line) {
  auto file = File::open_append(layout.exclusions());
  if (!file) return tl::unexpected(file.error());
  if (auto ok = file->write(line + "\n"); !ok) return ok;
  if (auto ok = file->sync(); !ok) return ok;
  return sync_directory(layout.root);
}

}  // namespace

Result<Exclusions> Exclusions::load(const ArchiveLayout& layout) {
  Exclusions out;
  std::error_code ec;
  if (!std::filesystem::exists(layout.exclusions(), ec)) return out;
  auto text = read_file(layout.exclusions(), kMaxFile);
  if (!text) return tl::unexpected(text.error());
  int number = 0;
  for (std::string_view line : split(*text, '\n')) {
    ++number;
    if (trim(line).empty()) continue;
    Json j = Json::parse(line, nullptr, false);
    auto bad = [&] { return fail(ErrorKind::kCorrupt, fmt::format("{}:{}: no exclusion; mend this line before anything is given away", layout.exclusions().string(), number)); };
    if (!j.is_object()) return bad();
    if (auto lifted = j.find("lift"); lifted != j.end()) {
      if (!lifted->is_number_integer()) return bad();
      std::erase_if(out.list_, [&](const Exclusion& e) { return e.id == lifted->get<std::int64_t>(); });
      continue;
    }
    auto id = j.find("id");
    auto kind = UrlMatch::kind_from_name(text_of(j, "match"));
    Exclusion e{0, text_of(j, "url"), kind.value_or(UrlMatch::Kind::kExact), text_of(j, "from"), text_of(j, "to"), text_of(j, "reason"), text_of(j, "who"), text_of(j, "added")};
    if (id == j.end() || !id->is_number_integer() || !kind || e.url.empty() || !is_time(e.from) || !is_time(e.to)) return bad();
    e.id = id->get<std::int64_t>();
    out.last_id_ = std::max(out.last_id_, e.id);
    out.list_.push_back(std::move(e));
  }
  for (const Exclusion& e : out.list_) out.matches_.emplace_back(e.match, e.url);
  return out;
}

Result<std::int64_t> Exclusions::add(const ArchiveLayout& layout, Exclusion e) {
  auto known = load(layout);
  if (!known) return tl::unexpected(known.error());
  for (const std::string* time : {&e.from, &e.to})
    if (!is_time(*time)) return fail(ErrorKind::kInvalid, "\"" + printable(*time) + "\" is no time: allowed are up to 14 digits of YYYYMMDDhhmmss");
  e.id = known->last_id_ + 1;
  Json j = {{"id", e.id}, {"url", clean_utf8(e.url)}, {"match", UrlMatch::name_of(e.match)}, {"reason", clean_utf8(e.reason)}, {"who", clean_utf8(e.who)}, {"added", format_iso8601(now())}};
  if (!e.from.empty()) j["from"] = e.from;
  if (!e.to.empty()) j["to"] = e.to;
  if (auto ok = append(layout, j.dump()); !ok) return tl::unexpected(ok.error());
  return e.id;
}

Result<void> Exclusions::lift(const ArchiveLayout& layout, std::int64_t id, const std::string& reason, const std::string& who) {
  auto known = load(layout);
  if (!known) return tl::unexpected(known.error());
  if (std::none_of(known->list_.begin(), known->list_.end(), [&](const Exclusion& e) { return e.id == id; })) return fail(ErrorKind::kNotFound, fmt::format("no exclusion {} is in force", id));
  return append(layout, Json{{"lift", id}, {"reason", clean_utf8(reason)}, {"who", clean_utf8(who)}, {"added", format_iso8601(now())}}.dump());
}

bool Exclusions::excludes(std::string_view url, TimePoint captured) const {
  if (list_.empty()) return false;
  std::string key = surt_key(url), time = format_timestamp14(captured);
  for (std::size_t i = 0; i < list_.size(); ++i) {
    const Exclusion& e = list_[i];
    bool in_time = (e.from.empty() || time.substr(0, e.from.size()) >= e.from) && (e.to.empty() || time.substr(0, e.to.size()) <= e.to);
    if (in_time && matches_[i].matches(key)) return true;
  }
  return false;
}

}  // namespace offprint
