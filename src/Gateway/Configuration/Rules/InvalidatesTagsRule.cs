using Gateway.Configuration.Mistakes;
using Gateway.Configuration.Settings;
using Gateway.Policies.ResponseCaching.Rules;
using Gateway.Policies.Routing;

namespace Gateway.Configuration.Rules;

/// <summary>A route's <c>InvalidatesTags</c> are tags as a cache policy writes them.</summary>
internal sealed class InvalidatesTagsRule : IConfigRule
{
    public void Check(ConfigDraft draft, MistakeList mistakes)
    {
        foreach (RoutePolicies route in draft.Policies)
        {
            foreach (string tag in route.InvalidatesTags)
            {
                if (TagsRule.ProblemOf(tag) is { } problem)
                {
                    SettingNode node = draft.Root.Nearest($"ReverseProxy:Routes:{route.RouteId}:InvalidatesTags");
                    mistakes.Add(node, $"InvalidatesTags has '{tag}'{problem.What}", problem.Allowed);
                }
            }
        }
    }
}
