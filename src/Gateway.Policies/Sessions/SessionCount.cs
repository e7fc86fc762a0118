namespace Gateway.Policies.Sessions;

/// <summary>How many sessions there are.</summary>
/// <param name="Active">Records that stand in the store.</param>
/// <param name="IsWhole">False: counting took too long and ended early; there are at least as many.</param>
public sealed record SessionCount(long Active, bool IsWhole)
{
    /// <summary>How long counting may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
}
