#include "base/url_identity.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"

namespace offprint {
namespace {

using Names = std::initializer_list<std::string_view>;

bool one_of(std::string_view name, Names names) {
  return std::any_of(names.begin(), names.end(), [&](std::string_view n) { return iequals(name, n); });
}

bool tracking(std::string_view name) {
  return istarts_with(name, "utm_") || istarts_with(name, "at_") || istarts_with(name, "mtm_") || istarts_with(name, "pk_") || istarts_with(name, "hsa_") ||
         one_of(name, {"fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "mc_cid", "mc_eid", "cmpid", "ref", "ref_src", "igshid", "yclid", "_ga", "_gl", "twclid", "ttclid", "li_fat_id",
                       "smid", "sr_share", "ns_campaign", "ns_mchannel", "ns_source", "ocid", "ncid", "cid_source", "xtor", "wt_mc", "wt_zmc", "share_id", "fb_action_ids", "fb_source", "feature_share"});
}

bool session(std::string_view name, std::string_view value) {
  if (one_of(name, {"phpsessid", "jsessionid", "aspsessionid", "cfid", "cftoken", "sessionid", "session_id", "zenid", "oscsid"})) return true;
  bool long_value = value.size() >= 16 && std::all_of(value.begin(), value.end(), [](char c) { return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z'); });
  return long_value && one_of(name, {"sid", "s", "sess", "session"});
}

bool yes(std::string_view value) { return one_of(value, {"", "1", "true", "yes", "on"}); }

bool amp(std::string_view name, std::string_view value) { return (iequals(name, "amp") && yes(value)) || (one_of(name, {"outputType", "output", "view", "format"}) && iequals(value, "amp")); }

bool print(std::string_view name, std::string_view value) {
  return (one_of(name, {"print", "printable", "printpage", "printview", "printmode"}) && (yes(value) || iequals(value, "print"))) || (one_of(name, {"view", "output", "format", "action", "display", "mode"}) && iequals(value, "print"));
}

class Identity {
 public:
  Identity(const Url& url, const IdentityRules& rules, std::vector<std::string>* applied) : url_(url), rules_(rules), applied_(applied) {}

  std::string run() {
    std::string site = host(), path = this->path(), query = this->query();
    return site + (url_.port ? ":" + std::to_string(*url_.port) : "") + path + query;
  }

 private:
  bool rule(bool on, const char* name, bool fits) {
    if (!on || !fits) return false;
    if (applied_ && std::find(applied_->begin(), applied_->end(), name) == applied_->end()) applied_->emplace_back(name);
    return true;
  }

  /// A label in front of a host that has more than a registered domain behind it.
  std::string host() {
    std::string_view h = site_of_host(url_.host);
    auto behind = [&](std::string_view label) { return h.starts_with(label) && std::count(h.begin(), h.end(), '.') >= 2; };
    if (rule(rules_.amp, "amp", behind("amp."))) h.remove_prefix(4);
    if (rule(rules_.mobile, "mobile", behind("m."))) h.remove_prefix(2);
    else if (rule(rules_.mobile, "mobile", behind("mobile."))) h.remove_prefix(7);
    return std::string(h);
  }

  std::string path() {
    std::string out = url_.path;
    auto cut_slashes = [&] {
      while (out.size() > 1 && out.ends_with('/')) out.pop_back();
    };
    if (std::size_t at = ifind(out, ";jsessionid="); rule(rules_.session, "session", at != std::string::npos)) out.erase(at, std::min(out.find('/', at), out.size()) - at);
    cut_slashes();
    auto cut_end = [&](bool on, const char* name, std::string_view end) {
      if (out.size() > end.size() + 1 && rule(on, name, iequals(std::string_view(out).substr(out.size() - end.size()), end))) out.resize(out.size() - end.size());
      cut_slashes();
    };
    for (std::string_view end : {"/amp", ".amp", "/amp.html"}) cut_end(rules_.amp, "amp", end);
    if (out.size() > 9 && rule(rules_.amp, "amp", iequals(std::string_view(out).substr(out.size() - 9), ".amp.html"))) out.erase(out.size() - 9, 4);
    if (out.size() > 6 && rule(rules_.amp, "amp", istarts_with(out, "/amp/"))) out.erase(0, 4);
    for (std::string_view end : {"/print", "/print.html", "/printable"}) cut_end(rules_.print, "print", end);
    if (out.size() > 8 && rule(rules_.print, "print", istarts_with(out, "/print/"))) out.erase(0, 6);
    return out;
  }

  std::string query() {
    std::string out;
    for (std::string_view arg : split(url_.query ? std::string_view(*url_.query) : std::string_view(), '&')) {
      std::size_t eq = std::min(arg.find('='), arg.size());
      std::string_view name = arg.substr(0, eq), value = arg.substr(std::min(eq + 1, arg.size()));
      bool left = arg.empty() || rule(rules_.tracking, "tracking", tracking(name)) || rule(rules_.session, "session", session(name, value)) || rule(rules_.amp, "amp", amp(name, value)) ||
                  rule(rules_.mobile, "mobile", one_of(name, {"m", "mobile"}) && yes(value)) || rule(rules_.print, "print", print(name, value));
      if (!left) (out += out.empty() ? "?" : "&") += arg;
    }
    return out;
  }

  const Url& url_;
  const IdentityRules& rules_;
  std::vector<std::string>* applied_;
};

}  // namespace

std::string url_identity(const Url& url, const IdentityRules& rules, std::vector<std::string>* applied) { return Identity(url, rules, applied).run(); }

}  // namespace offprint
