using System.Collections.Frozen;
using Gateway.Policies.Configuration;

namespace Gateway.Policies.Sessions.Rules;

/// <summary>A forwarded header has a name that a header may have and that means nothing to the connection or the body.</summary>
internal sealed class ForwardHeaderRule : IPolicyRule<SessionPolicy>
{
    private static readonly FrozenSet<string> Reserved = FrozenSet.ToFrozenSet(
        [
            "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailer",
            "Transfer-Encoding", "Upgrade", "Host", "Expect", "Cookie", "HTTP2-Settings", "Sec-WebSocket-Key", "Via",
        ],
        HeaderLookAlike.Comparer);

    public void Check(SessionPolicy policy, ICollection<PolicyMistake> mistakes)
    {
        foreach (string name in policy.Forward.Keys)
        {
            if (!FieldName.IsValid(name))
            {
                mistakes.Add(new PolicyMistake($"Forward:{name}", $"\"{name}\" is no header name", FieldName.Allowed));
            }
            else if (Reserved.Contains(name) || IsAboutContent(name))
            {
                mistakes.Add(new PolicyMistake($"Forward:{name}", $"{name} belongs to the connection or the request's content", "a name of your own such as X-User-Id"));
            }
        }
    }

    /// <summary>True for a header that the gateway may set.</summary>
    public static bool Accepts(string name) => FieldName.IsValid(name) && !Reserved.Contains(name) && !IsAboutContent(name);

    private static bool IsAboutContent(string name) =>
        name.Length >= 8 && HeaderLookAlike.Comparer.Equals(name[..8], "Content-");
}
