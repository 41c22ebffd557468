#include "extractors/sitemap.h"

#include "base/text.h"
#include "extractors/markup.h"

namespace offprint {
namespace {

Sitemap parse_text_list(std::string_view body, std::size_t limit) {
  Sitemap out;
  for (std::string_view line : split(body, '\n')) {
    line = trim(line);
    if (line.empty()) continue;
    if (!istarts_with(line, "http://") && !istarts_with(line, "https://")) return {};
    out.recognised = true;
    if (out.entries.size() < limit) out.entries.push_back({std::string(line), ""});
    else ++out.left_out;
  }
  return out;
}

}  // namespace

Sitemap parse_sitemap(std::string_view body, std::size_t limit) {
  if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
  if (!trim(body).starts_with('<')) return parse_text_list(body, limit);
  Sitemap out;
  MarkupScanner scanner(body, MarkupScanner::Mode::kXml);
  SitemapEntry entry;
  std::string text;
  bool in_entry = false;
  std::string prefix;  // Of the root: <sit:urlset> has <sit:url>, and <image:loc> is not its <loc>.
  auto close_entry = [&] {
    if (in_entry && !entry.loc.empty()) {
      if (out.entries.size() < limit) out.entries.push_back(entry);
      else ++out.left_out;
    }
    entry = {};
    in_entry = false;
  };
  for (MarkupToken t; scanner.next(t);) {
    if (t.kind == MarkupToken::Kind::kText) text += decode_entities(t.content);
    if (t.kind == MarkupToken::Kind::kCdata) text += t.content;
    if (t.kind != MarkupToken::Kind::kStart && t.kind != MarkupToken::Kind::kEnd) continue;
    std::string_view name = local_name(t.name);
    bool own = t.name.size() - name.size() == prefix.size();
    bool start = t.kind == MarkupToken::Kind::kStart;
    if (!out.recognised) {
      if (!start) continue;
      if (!iequals(name, "urlset") && !iequals(name, "sitemapindex")) return {};
      out.recognised = true;
      out.index = iequals(name, "sitemapindex");
      prefix = t.name.substr(0, t.name.size() - name.size());
    } else if (own && (iequals(name, "url") || iequals(name, "sitemap"))) {
      close_entry();
      in_entry = start;
    } else if (own && in_entry && !start && iequals(name, "loc")) {
      entry.loc = collapse_space(text);
    } else if (own && in_entry && !start && iequals(name, "lastmod")) {
      entry.lastmod = collapse_space(text);
    }
    text.clear();
  }
  close_entry();
  return out;
}

}  // namespace offprint
