using Gateway.Policies.Configuration;

namespace Gateway.Policies.RateLimiting.Rules;

/// <summary>A window is long enough to measure and short enough to keep.</summary>
internal sealed class WindowInRange : IPolicyRule<RateLimitPolicy>
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    public void Check(RateLimitPolicy policy, ICollection<PolicyMistake> mistakes)
    {
        if (policy.Window < Shortest || policy.Window > Longest)
        {
            mistakes.Add(new PolicyMistake(nameof(policy.Window), $"Window is {Duration.Format(policy.Window)}", "a duration from 1ms to 30d"));
        }
    }
}
