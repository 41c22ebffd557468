// One identity for an article over the addresses that it has: tracking parameters, session ids, AMP and mobile
// twins, print pages. Each rule has a name and can be switched off.
#pragma once

#include <string>
#include <vector>

#include "base/url.h"

namespace offprint {

/// As the settings of [identity] have them.
struct IdentityRules {
  bool canonical = true;  ///< rel=canonical of the same site stands for the page.
  bool tracking = true;   ///< utm_source, fbclid, gclid, …
  bool session = true;    ///< PHPSESSID, ;jsessionid=, …
  bool amp = true;        ///< /amp, .amp, ?amp=1, ?outputType=amp, amp.HOST
  bool mobile = true;     ///< m.HOST, mobile.HOST, ?m=1
  bool print = true;      ///< /print, ?print=1, ?view=print
};

/// Host without "www.", port, path without its last slash, and what of the query counts; no scheme, no fragment.
/// `applied`: gets the names of the rules that changed something.
std::string url_identity(const Url& url, const IdentityRules& rules, std::vector<std::string>* applied = nullptr);

}  // namespace offprint
