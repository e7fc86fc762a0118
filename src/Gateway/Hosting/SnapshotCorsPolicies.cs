using Gateway.Configuration.Reload;
using Microsoft.AspNetCore.Cors.Infrastructure;

namespace Gateway.Hosting;

/// <summary>
/// Tells YARP's own validation which CORS policies exist. Requests do not ask here: their endpoint carries the policy of its own snapshot.
/// </summary>
internal sealed class SnapshotCorsPolicies(SnapshotSource snapshots) : ICorsPolicyProvider
{
    public Task<CorsPolicy?> GetPolicyAsync(HttpContext context, string? policyName) => Task.FromResult(
        policyName is not null && snapshots.Current.Options.Cors.TryGetValue(policyName, out Configuration.CorsOptions? options) ? options.ToPolicy([]) : null);
}
