using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Gateway.Policies.Configuration;

namespace Gateway.Policies.RateLimiting.Charging;

/// <summary>
/// Limits by plan: <c>{ "From": "SessionField:plan", "free": 60, "pro": 600 }</c>. A plan that is not listed, and a request without one,
/// has the policy's own <see cref="RateLimitPolicy.Limit"/>.
/// </summary>
public sealed record PlanLimits : IConfigObject<PlanLimits>
{
    private const string FromKey = "From";

    private PlanLimits(PartitionPart from, IReadOnlyDictionary<string, long> limits) => (From, Limits) = (from, limits);

    public static string Allowed =>
        "an object: \"From\": \"SessionField:<name>\" or \"Header:<name>\", and a whole number for each plan, for example \"free\": 60";

    /// <summary>Where the plan's name is. A header counts only when a trusted proxy sends it.</summary>
    public PartitionPart From { get; }

    /// <summary>Permits per window by plan, names without case.</summary>
    public IReadOnlyDictionary<string, long> Limits { get; }

    public static bool TryRead(IReadOnlyDictionary<string, string> entries, [MaybeNullWhen(false)] out PlanLimits value, out string wrong)
    {
        value = null;
        wrong = "";
        var limits = new SortedDictionary<string, long>(StringComparer.OrdinalIgnoreCase);
        PartitionPart? from = null;
        foreach ((string name, string text) in entries)
        {
            bool isFrom = name.Equals(FromKey, StringComparison.OrdinalIgnoreCase);
            if (isFrom && PartitionPart.TryParse(text, out PartitionPart? part) && part.Source is PartitionSource.SessionField or PartitionSource.Header)
            {
                from = part;
            }
            else if (!isFrom && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long limit))
            {
                limits[name] = limit;
            }
            else
            {
                wrong = name;
                return false;
            }
        }

        value = from is null || limits.Count == 0 || limits.ContainsKey("") ? null : new PlanLimits(from, limits);
        return value is not null;
    }

    /// <summary>Equal text, equal limits.</summary>
    public override string ToString() =>
        $"{FromKey}={From};{string.Join(';', Limits.Select(plan => string.Create(CultureInfo.InvariantCulture, $"{plan.Key}={plan.Value}")))}";
}
