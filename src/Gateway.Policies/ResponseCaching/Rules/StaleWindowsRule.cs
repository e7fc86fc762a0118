using Gateway.Policies.Configuration;

namespace Gateway.Policies.ResponseCaching.Rules;

/// <summary>Stale windows are at most a year.</summary>
internal sealed class StaleWindowsRule : IPolicyRule<CachePolicy>
{
    public void Check(CachePolicy policy, ICollection<PolicyMistake> mistakes)
    {
        Check("StaleWhileRevalidate", policy.StaleWhileRevalidate, mistakes);
        Check("StaleIfError", policy.StaleIfError, mistakes);
    }

    private static void Check(string key, TimeSpan? window, ICollection<PolicyMistake> mistakes)
    {
        if (window is { } time && (time < TimeSpan.Zero || time > TimeSpan.FromDays(366)))
        {
            mistakes.Add(new PolicyMistake(key, $"{key} is {Duration.Format(time)}", "a duration from 0s to 366d"));
        }
    }
}
