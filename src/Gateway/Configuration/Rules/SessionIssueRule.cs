using Gateway.Configuration.Mistakes;
using Gateway.Configuration.Settings;
using Gateway.Policies.Configuration;
using Gateway.Policies.Routing;
using Gateway.Policies.Sessions;

namespace Gateway.Configuration.Rules;

/// <summary>A login route gives a cookie that browsers keep and its policy looks for, and is not answered from a cache.</summary>
internal sealed class SessionIssueRule : IConfigRule
{
    public void Check(ConfigDraft draft, MistakeList mistakes)
    {
        foreach (RoutePolicies route in draft.Policies.Where(route => route.SessionIssue is not null))
        {
            SettingNode node = draft.RouteNode(route.RouteId).Child("SessionIssue")!;
            CheckLife(route.SessionIssue!.Settings, node, mistakes);
            CheckNames(route.SessionIssue.Settings, node, mistakes);
            if (route.SessionIssue.Settings.TokenHeader is null)
            {
                CheckCookie(route.SessionIssue.Settings, route.SessionIssue.Policy, node, mistakes);
            }

            if (route.Cache is not null)
            {
                mistakes.Add(node, "a login route's answers are not for a cache", "\"Cache\": \"none\" on the route");
            }
        }
    }

    private static void CheckLife(SessionIssue issue, SettingNode node, MistakeList mistakes)
    {
        if (issue.Ttl < TimeSpan.FromSeconds(1) || issue.Ttl > SessionAdmin.MaxTimeToLive)
        {
            mistakes.Add(node.Child("Ttl") ?? node, $"Ttl is {Duration.Format(issue.Ttl)}", "a duration from 1s to 3650d");
        }
    }

    private static void CheckNames(SessionIssue issue, SettingNode node, MistakeList mistakes)
    {
        (string Key, string? Name)[] names = [("From", issue.From.IsHeader ? issue.From.Name : null), ("Cookie", issue.Cookie), ("TokenHeader", issue.TokenHeader)];
        foreach ((string key, string? name) in names)
        {
            if (name is not null && !SessionAdmin.AcceptsFieldName(name))
            {
                mistakes.Add(node.Child(key) ?? node, $"\"{name}\" is no name of a header or cookie", "letters, digits and !#$%&'*+-.^_`|~");
            }
        }
    }

    private static void CheckCookie(SessionIssue issue, SessionPolicy policy, SettingNode node, MistakeList mistakes)
    {
        if (!policy.Token.Any(source => source.Kind is TokenSourceKind.Cookie && source.Name == issue.Cookie))
        {
            mistakes.Add(node.Child("Cookie") ?? node, $"the session policy \"{policy.Name}\" does not look for the cookie {issue.Cookie}", $"\"Cookie:{issue.Cookie}\" among the policy's Token, or a TokenHeader");
        }

        bool needsTls = issue.Cookie.StartsWith("__Host-", StringComparison.Ordinal) || issue.Cookie.StartsWith("__Secure-", StringComparison.Ordinal) || issue.SameSite is SessionSameSite.None;
        if (!issue.Secure && needsTls)
        {
            mistakes.Add(node.Child("Secure") ?? node, $"browsers keep {issue.Cookie} with SameSite {issue.SameSite} only if it is Secure", "\"Secure\": true, or a cookie without a prefix and SameSite lax or strict");
        }
    }
}
