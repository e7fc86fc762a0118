using Gateway.Policies.Configuration;

namespace Gateway.Policies.RateLimiting.Rules;

/// <summary>A window is long enough to measure and short enough to keep.</summary>
internal sealed class WindowInRange : IPolicyRule<RateLimitPolicy>
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);
    private static readonly TimeSpan ShortestLease = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestLease = TimeSpan.FromHours(1);

    public void Check(RateLimitPolicy policy, ICollection<PolicyMistake> mistakes)
    {
        bool leased = policy.Algorithm is RateLimitAlgorithm.Concurrency;
        if (policy.Window < (leased ? ShortestLease : Shortest) || policy.Window > (leased ? LongestLease : Longest))
        {
            mistakes.Add(new PolicyMistake(nameof(policy.Window), $"Window is {Duration.Format(policy.Window)}", leased ? "a duration from 5s to 1h: after it the permits of a gateway that crashed are free again" : "a duration from 1ms to 30d"));
        }
    }
}
