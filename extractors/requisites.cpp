#include "extractors/requisites.h"

#include "base/text.h"

namespace offprint {
namespace {

bool space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

int hex_value(char c) { return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1; }

class CssScan {
 public:
  CssScan(std::string_view css, std::size_t limit) : s_(css), limit_(limit) {}

  std::vector<std::string> run() {
    while (at_ < s_.size() && out_.size() < limit_) {
      char c = s_[at_];
      if (s_.substr(at_, 2) == "/*") skip_comment();
      else if (c == '"' || c == '\'') (void)quoted();
      else if ((c | 32) == 'u' && istarts_with(s_.substr(at_), "url(") && !word_before()) url_token();
      else if (c == '@' && istarts_with(s_.substr(at_), "@import")) import_rule();
      else ++at_;
    }
    return std::move(out_);
  }

 private:
  bool word_before() const {
    if (at_ == 0) return false;
    char c = s_[at_ - 1];
    return c == '-' || c == '_' || (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
  }

  void skip_comment() {
    std::size_t end = s_.find("*/", at_ + 2);
    at_ = end == std::string_view::npos ? s_.size() : end + 2;
  }

  void skip_space() {
    while (at_ < s_.size() && space(s_[at_])) ++at_;
  }

  void escape(std::string& out) {
    ++at_;
    if (at_ >= s_.size()) return;
    char32_t code = 0;
    int digits = 0;
    for (; digits < 6 && at_ < s_.size() && hex_value(s_[at_]) >= 0; ++digits, ++at_) code = code * 16 + static_cast<char32_t>(hex_value(s_[at_]));
    if (digits == 0) {
      if (s_[at_] != '\n') out += s_[at_];
      ++at_;
      return;
    }
    if (at_ < s_.size() && space(s_[at_])) ++at_;
    bool scalar = code < 0xD800 || (code > 0xDFFF && code <= 0x10FFFF);
    append_utf8(out, scalar && code > 0 ? code : 0xFFFD);
  }

  std::string quoted() {
    char quote = s_[at_++];
    std::string out;
    while (at_ < s_.size() && s_[at_] != quote && s_[at_] != '\n') {
      if (s_[at_] == '\\') escape(out);
      else out += s_[at_++];
    }
    if (at_ < s_.size()) ++at_;
    return out;
  }

  void url_token() {
    at_ += 4;
    skip_space();
    if (at_ < s_.size() && (s_[at_] == '"' || s_[at_] == '\'')) return add(quoted());
    std::string out;
    while (at_ < s_.size() && s_[at_] != ')' && !space(s_[at_])) {
      if (s_[at_] == '\\') escape(out);
      else out += s_[at_++];
    }
    add(std::move(out));
  }

  void import_rule() {
    at_ += 7;
    skip_space();
    if (at_ < s_.size() && (s_[at_] == '"' || s_[at_] == '\'')) add(quoted());
  }

  void add(std::string url) {
    std::string_view t = trim(url);
    if (!t.empty() && !istarts_with(t, "data:") && !t.starts_with('#')) out_.emplace_back(t);
  }

  std::string_view s_;
  std::size_t limit_, at_ = 0;
  std::vector<std::string> out_;
};

}  // namespace

std::vector<std::string> srcset_urls(std::string_view s) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < s.size();) {
    while (at < s.size() && (space(s[at]) || s[at] == ',')) ++at;
    std::size_t end = at;
    while (end < s.size() && !space(s[end])) ++end;
    std::string_view url = s.substr(at, end - at);
    at = end;
    bool listed = url.ends_with(',');
    while (url.ends_with(',')) url.remove_suffix(1);
    if (!url.empty() && !istarts_with(url, "data:")) out.emplace_back(url);
    if (listed) continue;
    for (int depth = 0; at < s.size() && (s[at] != ',' || depth > 0); ++at) depth += s[at] == '(' ? 1 : s[at] == ')' ? -1 : 0;
  }
  return out;
}

std::vector<std::string> css_urls(std::string_view css, std::size_t limit) { return CssScan(css, limit).run(); }

}  // namespace offprint
