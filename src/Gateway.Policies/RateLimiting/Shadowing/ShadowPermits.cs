using Gateway.Policies.Routing;

namespace Gateway.Policies.RateLimiting.Shadowing;

/// <summary>Permits that one request took in the shadow and that its response's status may give back.</summary>
internal sealed class ShadowPermits(IPermitStore store)
{
    private readonly List<(RateLimitPolicy Policy, PermitRequest Request, Task<PermitDecision> Answer)> _taken = [];

    public void Add(RateLimitPolicy policy, PermitRequest request, Task<PermitDecision> answer) => _taken.Add((policy, request, answer));

    /// <summary>Sends back what the policies do not count for this status. Nobody waits for it.</summary>
    public void GiveBack(int status)
    {
        foreach ((RateLimitPolicy policy, PermitRequest request, Task<PermitDecision> answer) in _taken)
        {
            if (policy.GivesBack(status))
            {
                _ = GiveBackAsync(request, answer);
            }
        }
    }

    private async Task GiveBackAsync(PermitRequest request, Task<PermitDecision> answer)
    {
        try
        {
            PermitDecision granted = await answer;
            if (granted.Outcome is PermitOutcome.Admitted)
            {
                await store.RefundAsync(new[] { request }, new[] { granted }, 1, new WaitBudget());
            }
        }
        catch (StoreUnavailableException)
        {
            // It stays taken, as a live limit's would.
        }
    }
}
