using Gateway.Configuration.Mistakes;
using Gateway.Configuration.Settings;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.Routing;

namespace Gateway.Configuration.Rules;

/// <summary>A limit per session or user, on a route that demands no session, would never count anything.</summary>
internal sealed class SessionForLimitRule : IConfigRule
{
    public void Check(ConfigDraft draft, MistakeList mistakes)
    {
        foreach (RoutePolicies route in draft.Policies.Where(route => route.Session is null))
        {
            SettingNode node = draft.RouteNode(route.RouteId);
            foreach (RateLimitPolicy limit in mistakes.HasAt($"{node.Path}:Session") ? [] : route.RateLimits)
            {
                SettingNode place = node.Child("RateLimit") ?? node;
                if (limit.PartitionBy.FirstOrDefault(part => part.NeedsSession) is { } part)
                {
                    mistakes.Add(place, $"limit \"{limit.Name}\" is partitioned by {part}, but the route demands no session", "a \"Session\" on the route, or another PartitionBy");
                }

                if (limit.Plans is { From: { NeedsSession: true } from })
                {
                    mistakes.Add(place, $"limit \"{limit.Name}\" has plans from {from}, but the route demands no session", "a \"Session\" on the route, or plans from elsewhere");
                }
            }
        }
    }
}
