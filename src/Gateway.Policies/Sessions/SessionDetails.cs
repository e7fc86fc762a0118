using System.Text.Json.Nodes;

namespace Gateway.Policies.Sessions;

/// <summary>A session as the admin API shows it.</summary>
/// <param name="Token">Its credential.</param>
/// <param name="Verdict">What a request with it would get: <c>valid</c>, <c>expired</c>, <c>state</c> or <c>corrupt</c>.</param>
/// <param name="TimeToLive">Until the store drops it unless it is used; null: it stays.</param>
/// <param name="Record">The record; null when it is corrupt or cannot be shown as it is (a name twice, a string that is no Unicode).</param>
public sealed record SessionDetails(string Token, string Verdict, TimeSpan? TimeToLive, JsonObject? Record);
