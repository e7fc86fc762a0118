namespace Gateway.Policies.Sessions;

/// <summary>How a record is stored in Redis.</summary>
public enum SessionFormat
{
    /// <summary>A string with a JSON object.</summary>
    Json,

    /// <summary>A hash: each field of the record a field of it, as text.</summary>
    Hash,
}
