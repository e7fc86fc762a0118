using Xunit;

namespace Gateway.Policies.Tests.Architecture;

/// <summary>Fails with every violation, not with the first few.</summary>
internal static class Violations
{
    public static void AssertNone(IEnumerable<string> violations)
    {
        string[] all = [.. violations.Distinct().Order(StringComparer.Ordinal)];
        Assert.True(all.Length == 0, string.Join(Environment.NewLine, all));
    }
}
