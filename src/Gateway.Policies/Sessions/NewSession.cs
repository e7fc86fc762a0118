namespace Gateway.Policies.Sessions;

/// <summary>A session record to be written.</summary>
/// <param name="Key">The record's key.</param>
/// <param name="Record">JSON, UTF-8.</param>
/// <param name="TimeToLive">Until it ends unless it is extended.</param>
/// <param name="Lifetime">Until it ends at the latest; its listing lives as long.</param>
/// <param name="Owner">Whose listing it joins; null: nobody's.</param>
public sealed record NewSession(string Key, ReadOnlyMemory<byte> Record, TimeSpan TimeToLive, TimeSpan Lifetime, string? Owner)
{
    /// <summary>How it is stored.</summary>
    public SessionFormat Format { get; init; } = SessionFormat.Json;
}
