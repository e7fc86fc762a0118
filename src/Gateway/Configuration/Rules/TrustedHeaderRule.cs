using Gateway.Configuration.Mistakes;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.Routing;

namespace Gateway.Configuration.Rules;

/// <summary>Plans and costs from a request header count only from a trusted proxy: without any, the header says nothing.</summary>
internal sealed class TrustedHeaderRule : IConfigRule
{
    public void Check(ConfigDraft draft, MistakeList mistakes)
    {
        if (draft.Options.TrustedProxies.Count > 0 || mistakes.HasAt("Gateway:TrustedProxies"))
        {
            return;
        }

        foreach ((string name, RateLimitPolicy limit) in draft.Options.RateLimits)
        {
            Check(draft, $"Gateway:RateLimits:{name}", limit, mistakes);
        }

        foreach (RoutePolicies route in draft.Policies)
        {
            foreach (RateLimitPolicy inline in route.RateLimits.Where(limit => !draft.Options.RateLimits.ContainsKey(limit.Name)))
            {
                Check(draft, $"ReverseProxy:Routes:{route.RouteId}:RateLimit", inline, mistakes);
            }
        }
    }

    private static void Check(ConfigDraft draft, string path, RateLimitPolicy limit, MistakeList mistakes)
    {
        string? header = limit.Plans is { From: { Source: PartitionSource.Header, Name: var plan } } ? plan : limit.Cost.Header;
        if (header is not null)
        {
            mistakes.Warn(draft.Root.Nearest(path), $"the header {header} counts only from Gateway:TrustedProxies, and there are none");
        }
    }
}
