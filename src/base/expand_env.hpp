// Variables of the environment in URIs (--expand-env), so that passwords need not stand on the command line.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace astream {

/// The value of a variable, or nothing.
using Lookup = std::function<std::optional<std::string>(const std::string& name)>;

/// `uri` with $NAME and ${NAME} replaced ("$$" is a '$'; a '$' before anything else stays). Values are taken as they
/// are, but percent-encoded in "user:password@" and in a query, where any character must reach the server. Calls
/// `on_secret`, where given, with each value and its encoded form. Throws Error(usage) for a variable that is not set,
/// and for
/// "${" without its end.
std::string expand_variables(std::string_view uri, const Lookup& lookup,
                             const std::function<void(std::string_view)>& on_secret);

/// The same with the environment, when `name` ("LABEL=" allowed in front) is a URI or begins with a variable; the
/// values are never shown from then on (hide_always). Paths and "exec:", whose shell expands by itself, stay as they
/// are.
std::string expand_env(const std::string& name);

}  // namespace astream
