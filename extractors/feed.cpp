// One pass over the markup. Within an entry each known element's text is collected; markup
// inside a title is kept as text, as feeds mean it.
#include "extractors/feed.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "extractors/markup.h"

namespace offprint {
namespace {

using Kind = MarkupToken::Kind;

bool one_of(std::string_view name, std::initializer_list<std::string_view> list) {
  for (std::string_view n : list)
    if (iequals(n, name)) return true;
  return false;
}

class FeedReader {
 public:
  explicit FeedReader(std::size_t limit) : limit_(limit) {}

  void token(const MarkupToken& t) {
    if (t.kind == Kind::kText) text_ += decode_entities(t.content);
    else if (t.kind == Kind::kCdata) text_ += t.content;
    else if (t.kind == Kind::kStart) start(t);
    else if (t.kind == Kind::kEnd) end(t);
  }

  Feed feed;

 private:
  void start(const MarkupToken& t) {
    std::string_view name = local_name(t.name);
    if (!root_seen_) {
      root_seen_ = true;
      feed.recognised = one_of(name, {"rss", "rdf", "feed", "channel"});
    }
    if (!title_element_.empty()) {  // Markup inside a title.
      if (!(iequals(name, "div") && markup_depth_ == 0 && xhtml10_)) text_ += "<" + std::string(name) + link_attributes(t) + ">";
      if (!t.self_closing) ++markup_depth_;
      return;
    }
    if (one_of(name, {"item", "entry"})) {
      finish_entry();
      in_entry_ = true;
      if (auto href = attribute(t.attributes, "href")) entry_.link = *href;
      if (auto about = attribute(t.attributes, "rdf:about")) entry_.id = *about;
    } else if (in_entry_ && iequals(name, "link")) {
      link(t);
    } else if (in_entry_ && iequals(name, "guid")) {
      permalink_ = !iequals(attribute(t.attributes, "isPermaLink").value_or("true"), "false");
    } else if (in_entry_ && iequals(name, "title") && !t.self_closing) {
      title_element_ = t.name;
      std::string type = ascii_lower(attribute(t.attributes, "type").value_or(""));
      std::string mode = ascii_lower(attribute(t.attributes, "mode").value_or(""));
      xhtml10_ = type == "xhtml";
      base64_ = mode == "base64" || type == "application/octet-stream";
      media_title_ = istarts_with(t.name, "media:");
    }
    text_.clear();
  }

  static std::string link_attributes(const MarkupToken& t) {
    auto href = attribute(t.attributes, "href");
    return href ? " href=\"" + *href + "\"" : "";
  }

  void link(const MarkupToken& t) {
    auto href = attribute(t.attributes, "href");
    std::string rel = ascii_lower(attribute(t.attributes, "rel").value_or("alternate"));
    if (href && rel == "alternate" && entry_.link.empty()) entry_.link = *href;
  }

  void end(const MarkupToken& t) {
    std::string_view name = local_name(t.name);
    if (!title_element_.empty()) {
      if (t.name != title_element_) {
        if (markup_depth_ > 0) --markup_depth_;
        if (!(iequals(name, "div") && markup_depth_ == 0 && xhtml10_)) text_ += "</" + std::string(name) + ">";
        return;
      }
      title_element_ = {};
      markup_depth_ = 0;
      std::string title(trim(base64_ ? base64_decode(text_) : text_));
      if (!media_title_ || entry_.title.empty()) entry_.title = title;
    } else if (in_entry_) {
      std::string value(trim(text_));
      if (one_of(name, {"item", "entry"})) finish_entry();
      else if (iequals(name, "link") && !value.empty()) entry_.link = value;
      else if (one_of(name, {"guid", "id"})) identifier(value, iequals(name, "guid"));
      else if (one_of(name, {"pubDate", "published", "updated", "issued", "date"}) && entry_.published.empty()) entry_.published = value;
    }
    text_.clear();
  }

  void identifier(const std::string& value, bool guid) {
    entry_.id = value;
    if (guid && permalink_) guid_link_ = value;
  }

  void finish_entry() {
    if (in_entry_) {
      if (entry_.link.empty()) entry_.link = guid_link_;
      if (feed.entries.size() < limit_) feed.entries.push_back(entry_);
      else ++feed.left_out;
    }
    entry_ = {};
    guid_link_.clear();
    in_entry_ = permalink_ = false;
  }

  std::size_t limit_;
  FeedEntry entry_;
  std::string text_, guid_link_;
  std::string_view title_element_;
  int markup_depth_ = 0;
  bool root_seen_ = false, in_entry_ = false, permalink_ = false, base64_ = false, xhtml10_ = false, media_title_ = false;
};

Feed parse_json_feed(std::string_view body, std::size_t limit) {
  Feed out;
  auto json = nlohmann::json::parse(body, nullptr, false);
  if (!json.is_object() || !json.contains("items") || !json["items"].is_array()) return out;
  out.recognised = true;
  auto text = [](const nlohmann::json& item, const char* key) {
    auto it = item.find(key);
    return it != item.end() && it->is_string() ? it->get<std::string>() : std::string();
  };
  for (const auto& item : json["items"]) {
    if (!item.is_object()) continue;
    FeedEntry e{text(item, "id"), text(item, "url"), text(item, "title"), text(item, "date_published")};
    if (e.link.empty()) e.link = text(item, "external_url");
    if (out.entries.size() < limit) out.entries.push_back(std::move(e));
    else ++out.left_out;
  }
  return out;
}

}  // namespace

Feed parse_feed(std::string_view body, std::size_t limit) {
  if (trim(body).starts_with('{')) return parse_json_feed(body, limit);
  FeedReader reader(limit);
  MarkupScanner scanner(body, MarkupScanner::Mode::kXml);
  for (MarkupToken t; scanner.next(t);) {
    reader.token(t);
  }
  if (!reader.feed.recognised) return {};
  return std::move(reader.feed);
}

}  // namespace offprint
