#include "crawler/trap_watch.h"

#include <algorithm>

#include "base/digest.h"
#include "base/text.h"

namespace offprint {
namespace {

constexpr std::size_t kMaxFamilies = 5000;
constexpr std::size_t kMaxFingerprints = 200;  ///< Of a family: more variety than that is no repetition.
constexpr std::size_t kMaxOutside = 500;       ///< The same for links that lead out of it.
constexpr std::int64_t kRepeatedOfTen = 9;     ///< So many pages in ten must repeat others.

/// What stands behind a tag that has no text of its own: its end tag's position, or the text's end.
std::size_t behind_raw_text(std::string_view html, std::size_t at, std::string_view end_tag) {
  std::size_t end = ifind(html, end_tag, at);
  return end == std::string_view::npos ? html.size() : end;
}

}  // namespace

std::uint64_t text_fingerprint(std::string_view html) {
  constexpr std::size_t kMost = 256 << 10;  ///< Of the page; traps show themselves before.
  html = html.substr(0, kMost);
  std::string words;
  words.reserve(html.size());
  auto part = [&](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) {
      auto c = static_cast<unsigned char>(html[i]);
      bool ascii_letter = (c | 32) >= 'a' && (c | 32) <= 'z' && c < 0x80;
      if (ascii_letter) words += static_cast<char>(c | 32);
      else if (c >= 0x80) words += static_cast<char>(c);
      else if (!words.ends_with(' ')) words += ' ';
    }
  };
  for (std::size_t i = 0; i < html.size();) {
    char c = html[i];
    if (c == '<') {
      std::string_view rest = html.substr(i);
      if (istarts_with(rest, "<script")) i = behind_raw_text(html, i, "</script");
      else if (istarts_with(rest, "<style")) i = behind_raw_text(html, i, "</style");
      else if (istarts_with(rest, "<a ")) i = behind_raw_text(html, i, "</a");
      std::size_t end = std::min(html.find('>', i), html.size());
      if (istarts_with(rest, "<img") || istarts_with(rest, "<video") || istarts_with(rest, "<source") || istarts_with(rest, "<iframe")) words += html.substr(i, end - i);
      i = std::min(end + 1, html.size());
      if (!words.ends_with(' ')) words += ' ';
      continue;
    }
    std::size_t end = std::min(html.find('<', i), html.size());
    part(i, end);
    i = end;
  }
  return hash64(words);
}

std::string url_family(const Url& url) {
  auto segments = split(std::string_view(url.path).substr(std::min<std::size_t>(1, url.path.size())), '/');
  if (!url.query && !segments.empty()) segments.pop_back();
  std::string out = url.host + (url.port ? ":" + std::to_string(*url.port) : "");
  for (std::size_t i = 0; i < segments.size() && i < 2; ++i) (out += '/') += segments[i];
  return out;
}

PageTrace page_trace(const Url& url, std::uint64_t fingerprint, const std::vector<Url>& links) {
  PageTrace out{hash64(url_family(url)), fingerprint, {}};
  out.links.reserve(links.size());
  for (const Url& link : links) out.links.push_back({hash64(url_family(link)), hash64(link.fetch_url())});
  return out;
}

bool TrapWatch::seen(const PageTrace& page) {
  if (limit_ <= 0) return false;
  auto it = families_.find(page.family);
  if (it == families_.end()) {
    if (families_.size() >= kMaxFamilies) return false;
    it = families_.emplace(page.family, Family{}).first;
  }
  Family& f = it->second;
  ++f.pages;
  bool leads_on = false, news = false;
  for (const PageTrace::Link& link : page.links) {
    if (link.family == page.family) leads_on = true;
    else if (f.outside.size() < kMaxOutside) news |= f.outside.insert(link.url).second;
    else news |= !f.outside.count(link.url);
  }
  bool known = f.known.count(page.fingerprint) > 0;
  if (!known && f.known.size() < kMaxFingerprints) f.known.insert(page.fingerprint);
  f.repeated += known && leads_on && !news;
  if (f.trap || f.repeated < limit_ || f.repeated * 10 < f.pages * kRepeatedOfTen) return false;
  f.trap = true;
  f.known.clear();
  f.outside.clear();
  return true;
}

bool TrapWatch::is_trap(std::uint64_t family) const {
  auto it = families_.find(family);
  return it != families_.end() && it->second.trap;
}

bool TrapWatch::is_trap(const Url& url) const { return limit_ > 0 && !families_.empty() && is_trap(hash64(url_family(url))); }

}  // namespace offprint
