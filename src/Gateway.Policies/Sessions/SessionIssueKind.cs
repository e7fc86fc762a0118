namespace Gateway.Policies.Sessions;

/// <summary>What of a login's answer names the user.</summary>
public enum SessionIssueKind
{
    /// <summary>A header with the user's id, whatever characters that has.</summary>
    Header,

    /// <summary>A header with a JSON object, whose fields become the record.</summary>
    HeaderJson,

    /// <summary>A field of a JSON body: a text or number is the user's id, an object's fields become the record.</summary>
    Json,
}
