using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.Policies.Sessions;

/// <summary>A session as the admin API shows it.</summary>
/// <param name="Token">Its credential; the credential's hash where only that is known.</param>
/// <param name="Verdict">What a request with it would get: <c>valid</c>, <c>expired</c>, <c>state</c> or <c>corrupt</c>.</param>
/// <param name="TimeToLive">Until the store drops it unless it is used; null: it stays.</param>
/// <param name="Record">The record; null when it is corrupt or cannot be shown as it is (a name twice, a string that is no Unicode).</param>
public sealed record SessionDetails(string Token, string Verdict, TimeSpan? TimeToLive, JsonObject? Record)
{
    internal static SessionDetails Of(SessionPolicy policy, string token, in SessionRead read, DateTimeOffset now)
    {
        (SessionOutcome outcome, SessionRecord? record) = new SessionJudge(policy).Judge(read, now);
        return new SessionDetails(token, outcome.Name(), read.TimeToLive, record is null ? null : Shown(read.Record.Span));
    }

    // Other applications' JSON may have a name twice or a string that is no Unicode: good enough to judge, nothing to pass on.
    private static JsonObject? Shown(ReadOnlySpan<byte> record)
    {
        try
        {
            JsonNode? node = JsonNode.Parse(record, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
            _ = node!.ToJsonString();
            return node.AsObject();
        }
        catch (Exception unfit) when (unfit is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
